import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { stillRunning } from '../support/app/processes.ts'
import { type Program, projectFolder, runProgram } from '../support/app/program.ts'
import { isReady } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const isRoot = process.getuid?.() === 0
/** An account without any rights, as far as it can read the project at all. */
const ordinary = { uid: 65_534, gid: 65_534 }
const maySeeProject = () =>
  spawnSync('/bin/sh', ['-c', 'cd "$0" && test -r package.json', projectFolder], ordinary).status === 0

const servesAndStops = async (program: Program): Promise<void> => {
  const url = await program.serving()
  await eventually('it is ready', () => isReady(url))
  program.tree()
  program.kill('SIGTERM')
  expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
  expect(stillRunning(program.tree())).toEqual([])
}

test.runIf(isRoot && maySeeProject())(
  'an ordinary user can run it in a folder of their own',
  { timeout: 180_000 },
  async () => {
    await using directory = await sharedDirectory('ordinary')
    await chown(directory.path, ordinary.uid, ordinary.gid)
    await using program = runProgram({
      env: { DATA_DIR: path.join(directory.path, 'data'), HOME: directory.path, DEMO: 'off' },
      account: ordinary,
    })
    await servesAndStops(program)
    expect(await stat(path.join(directory.path, 'data', 'postgres', 'cluster'))).toMatchObject(ordinary)
  },
)

test.runIf(isRoot)('root can keep its data where nobody else may look', { timeout: 180_000 }, async () => {
  await using home = await temporaryDirectory('private')
  const data = path.join(home.path, 'data')
  const start = () => runProgram({ env: { DATA_DIR: data, DEMO: 'off' } })
  try {
    await using first = start()
    await servesAndStops(first)
    const place = await realpath(path.join(data, 'postgres'))
    expect(place).toMatch(/^\/var\/lib\/channelscope\//)
    await using second = start()
    await servesAndStops(second)
    expect(await realpath(path.join(data, 'postgres'))).toBe(place)
  } finally {
    await rm(await realpath(path.join(data, 'postgres')), { recursive: true, force: true })
  }
})

const refusedAs = async (account: typeof ordinary, data: string): Promise<string> => {
  await using program = runProgram({ env: { DATA_DIR: data, DEMO: 'off' }, account })
  expect(await program.ended).toEqual({ code: 1, signal: null })
  expect(program.stdout()).toBe('')
  return program.stderr()
}

test.runIf(isRoot && maySeeProject())(
  'what is not theirs, or not to be written, is refused to an ordinary user in one line, wherever in the folder it is',
  { timeout: 180_000 },
  async () => {
    await using directory = await sharedDirectory('foreign')
    const data = path.join(directory.path, 'data')
    await mkdir(data)
    const foreign = (place: string) =>
      `DATA_DIR ${data} can not be used: user 65534 may not write to ${place}, which belongs to user 0: start as that user, or give it to this one (chown -R).\n`
    expect(await refusedAs(ordinary, data)).toBe(foreign(data))
    await chown(data, ordinary.uid, ordinary.gid)
    for (const name of ['spool', 'clickhouse']) await mkdir(path.join(data, name), { mode: 0o755 })
    await chown(path.join(data, 'spool'), ordinary.uid, ordinary.gid)
    expect(await refusedAs(ordinary, data)).toBe(foreign(path.join(data, 'clickhouse')))
    await chown(path.join(data, 'clickhouse'), ordinary.uid, ordinary.gid)
    await writeFile(path.join(data, 'spool', 'spool.sqlite'), '', { mode: 0o600 })
    expect(await refusedAs(ordinary, data)).toBe(foreign(path.join(data, 'spool', 'spool.sqlite')))
    await chown(path.join(data, 'spool', 'spool.sqlite'), ordinary.uid, ordinary.gid)
    await chmod(data, 0o500)
    expect(await refusedAs(ordinary, data)).toBe(
      `DATA_DIR ${data} can not be used: nothing may be written to ${data}: make it writable (chmod u+rwX), or choose another DATA_DIR.\n`,
    )
  },
)

test.runIf(isRoot && maySeeProject())(
  'root goes on with the data of an ordinary user, under that account',
  { timeout: 180_000 },
  async () => {
    await using directory = await sharedDirectory('inherited')
    await chown(directory.path, ordinary.uid, ordinary.gid)
    const env = { DATA_DIR: path.join(directory.path, 'data'), DEMO: 'off' }
    await using first = runProgram({ env, account: ordinary })
    await servesAndStops(first)
    await using second = runProgram({ env })
    await servesAndStops(second)
    expect(await stat(path.join(env.DATA_DIR, 'postgres', 'postgres.log'))).toMatchObject(ordinary)
  },
)
