import fs from 'node:fs/promises'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildPanel } from '../../src/app/build-panel.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { createSmallPanel } from '../support/app/small-panel.ts'

const done = { code: 0, said: '' }
const broken = 'import { nothing } from "./missing.ts"\nnothing('
const mended = 'document.title = "mended"\n'

test('a build is whole, compressed, for everybody to read, and for production whatever the environment says', async () => {
  await using panel = await createSmallPanel()
  expect(await panel.build()).toEqual(done)
  const files = await panel.built()
  const names = [...files.keys()].map((name) => name.replace(/-[\w-]{8}\./, '-HASH.'))
  expect(names.filter((name) => !name.startsWith('.'))).toEqual([
    ...['assets/index-HASH.js', 'assets/index-HASH.js.br', 'assets/index-HASH.js.gz'],
    ...['icon.svg', 'icon.svg.br', 'icon.svg.gz'],
    ...['index.html', 'index.html.br', 'index.html.gz'],
  ])
  for (const [name, bytes] of files) {
    if (name.endsWith('.br')) expect(brotliDecompressSync(bytes)).toEqual(files.get(name.slice(0, -3)))
    if (name.endsWith('.gz')) expect(gunzipSync(bytes)).toEqual(files.get(name.slice(0, -3)))
    expect([name, (await fs.stat(path.join(panel.at('dist'), name))).mode & 0o777]).toEqual([name, 0o644])
  }
  expect((await fs.stat(panel.at('dist'))).mode & 0o777).toBe(0o755)
  expect(await panel.code()).toContain('first production production')
  expect(await panel.leftovers()).toEqual([])
})

test('a build is made again where anything that it is made of is another, and only there', {
  timeout: 180_000,
}, async () => {
  await using panel = await createSmallPanel()
  await panel.build()
  /** Whether a start builds, after something was done. */
  const builds = async (doing: () => Promise<unknown>): Promise<boolean> => {
    const { ino } = await fs.stat(panel.at('dist'))
    await doing()
    expect(await panel.build()).toEqual(done)
    return (await fs.stat(panel.at('dist'))).ino !== ino
  }
  const inAnHour = new Date(Date.now() + 3_600_000)
  expect(await builds(async () => undefined)).toBe(false)
  expect(await builds(() => fs.utimes(panel.at('src/main.ts'), inAnHour, inAnHour))).toBe(false)
  expect(await builds(() => panel.write('README.md', 'words'))).toBe(false)

  expect(await builds(() => panel.write('src/main.ts', 'document.title = "second"\n'))).toBe(true)
  expect(await panel.code()).toContain('second')
  expect(await builds(() => fs.mkdir(panel.at('src/folder')))).toBe(false)
  expect(await builds(() => panel.write('src/folder/another.ts', ''))).toBe(true)
  expect(await builds(() => fs.rename(panel.at('src/folder/another.ts'), panel.at('src/folder/other.ts')))).toBe(true)
  expect(await builds(() => panel.write('public/icon.svg', '<svg/>'))).toBe(true)
  expect(await builds(() => panel.write('vite.config.ts', 'export default { root: import.meta.dirname, x: 1 }'))).toBe(
    true,
  )
  expect(await builds(() => fs.writeFile(path.join(panel.path, 'package-lock.json'), '{"a":1}'))).toBe(true)
  expect(await builds(() => fs.rm(panel.at('dist/.sources')))).toBe(true)
  expect(await builds(() => panel.build([]))).toBe(true)
})

test('sources that can not be built leave the build that was there, and the log says why', async () => {
  await using panel = await createSmallPanel()
  const lines: [object, string][] = []
  const log: Log = { ...silentLog, error: (...line) => void lines.push(line) }
  const start = () => buildPanel({ log, signal: new AbortController().signal, script: panel.script })
  await start()
  const before = await panel.built()
  expect(before.size).toBeGreaterThan(0)
  expect(lines).toEqual([])

  await panel.write('src/main.ts', broken)
  await start()
  expect(lines).toEqual([
    [{ reason: expect.stringContaining('main.ts') }, 'the panel could not be built: npm run build tries again'],
  ])
  expect(await panel.built()).toEqual(before)
  expect(await panel.leftovers()).toEqual([])

  await panel.write('src/main.ts', mended)
  await start()
  expect(lines).toHaveLength(1)
  expect(await panel.code()).toContain('mended')
})

test('sources that were never built and can not be are no build', async () => {
  await using panel = await createSmallPanel()
  await panel.write('src/main.ts', broken)
  expect(await panel.build()).toMatchObject({ code: 1, said: expect.stringContaining('main.ts') })
  expect((await panel.built()).size).toBe(0)
})

test('starts at the same time do not disturb each other', async () => {
  await using panel = await createSmallPanel()
  await panel.build()
  await panel.write('src/main.ts', mended)
  expect(await Promise.all([1, 2, 3, 4].map(() => panel.build()))).toEqual([done, done, done, done])
  expect(await panel.code()).toContain('mended')
  expect(await panel.leftovers()).toEqual([])
  const { ino } = await fs.stat(panel.at('dist'))
  await panel.build()
  expect((await fs.stat(panel.at('dist'))).ino).toBe(ino)
})

test('a build that is killed leaves the one before, and the next start makes another', async () => {
  await using panel = await createSmallPanel()
  await panel.build()
  const before = await panel.built()
  await panel.write('src/main.ts', mended)
  const killed = panel.begin()
  await expect.poll(panel.leftovers, { interval: 5 }).toHaveLength(1)
  killed.kill()
  expect((await killed.ended).code).toBeNull()
  expect(await panel.built()).toEqual(before)
  const [left] = await panel.leftovers()

  expect(await panel.build()).toEqual(done)
  expect(await panel.code()).toContain('mended')
  // It could be that of another start; an hour later it can not.
  expect(await panel.leftovers()).toEqual([left])
  const longAgo = new Date(Date.now() - 2 * 3_600_000)
  await fs.utimes(panel.at(left!), longAgo, longAgo)
  await panel.build([])
  expect(await panel.leftovers()).toEqual([])
})

test('a start that is given up gives the build up, and says nothing of it', async () => {
  await using panel = await createSmallPanel()
  const giveUp = new AbortController()
  const log: Log = { ...silentLog, error: (_, message) => expect.fail(message) }
  const building = buildPanel({ log, signal: giveUp.signal, script: panel.script })
  giveUp.abort()
  await building
})

test('without Vite a build that is there is used, however old, and without one it is said what to install', async () => {
  await using panel = await createSmallPanel()
  await panel.build()
  const before = await panel.built()
  await panel.write('src/main.ts', mended)
  await panel.uninstall()
  expect(await panel.build()).toEqual(done)
  expect(await panel.built()).toEqual(before)
  await fs.rm(panel.at('dist'), { recursive: true })
  expect(await panel.build()).toEqual({ code: 1, said: `Vite is not installed: run npm ci in ${panel.path}.\n` })
  await panel.install()
  expect(await panel.build()).toEqual(done)
})

test('in a folder that can not be written a build that is there is used, and without one it is said why not', async () => {
  await using panel = await createSmallPanel()
  await panel.build()
  const before = await panel.built()
  await panel.write('src/main.ts', mended)
  // Permissions do not hold for root.
  const reader = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  await fs.chmod(panel.at('.'), 0o555)
  expect(await panel.build(['--if-stale'], reader)).toEqual(done)
  expect(await panel.built()).toEqual(before)

  await fs.chmod(panel.at('.'), 0o755)
  await fs.rm(panel.at('dist'), { recursive: true })
  await fs.chmod(panel.at('.'), 0o555)
  expect(await panel.build(['--if-stale'], reader)).toMatchObject({ code: 1, said: expect.stringContaining('EACCES') })
  await fs.chmod(panel.at('.'), 0o755)
})
