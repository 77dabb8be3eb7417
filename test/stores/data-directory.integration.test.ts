import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/lib/errors.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { dataDirectoryError } from '../../src/stores/prepare-data-directory.ts'

let directory: string
beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), 'channelscope-hold-'))
})
afterEach(() => fs.rm(directory, { recursive: true, force: true }))

const holder = `
  const { holdDataDirectory } = await import(${JSON.stringify(path.resolve('src/stores/data-directory.ts'))})
  globalThis.held = holdDataDirectory(process.argv[1])
  held.announce('http://127.0.0.1:1234')
  console.log('held')
  setInterval(() => undefined, 1e6)
`

const holdElsewhere = async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a directory that another process holds is refused with its pid and its address', async () => {
  const child = await holdElsewhere()
  try {
    expect(() => holdDataDirectory(directory)).toThrow(ConfigError)
    expect(() => holdDataDirectory(directory)).toThrow(`in use by process ${child.pid}, serving http://127.0.0.1:1234`)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  holdDataDirectory(directory)[Symbol.dispose]()
})

test('a directory that was let go can be held again at once', () => {
  for (let i = 0; i < 3; i++) {
    using held = holdDataDirectory(directory)
    expect(held.path).toBe(directory)
  }
})

describe('a place of no use is refused in one sentence that says what to do', () => {
  /** What lies where: the content of a file, or where a link leads; `…/` stands for the test's own folder. */
  type Layout = Record<string, string | { link: string }>
  const refusals: [string, string, Layout, RegExp][] = [
    ['a file', '…/file', { file: '' }, /file is not a directory: /],
    ['below a file', '…/file/x', { file: '' }, /a part of .*file\/x is not a directory: /],
    ['a device', '/dev/null', {}, /\/dev\/null is not a directory: /],
    ['in /proc, which says of every name that it is not there', '/proc/x', {}, /nothing can be made at \/proc\/x: /],
    ['deep in /proc', '/proc/self/x/y', {}, /nothing can be made at \/proc\/self\/x: /],
    ['a link that leads nowhere', '…/link', { link: { link: '…/nowhere' } }, /link is a link that leads nowhere: /],
    ['below such a link', '…/link/x', { link: { link: '…/nowhere' } }, /link is a link that leads nowhere: /],
    ['links in a circle', '…/loop', { loop: { link: '…/loop' } }, /links go round in a circle/],
    ['a name that is too long', `…/${'x'.repeat(300)}`, {}, /the path is too long: /],
    ['a path that is too long', `…/${'x/'.repeat(250)}`, {}, /the path is too long: /],
    ['a folder of ours that is a file', '…/d', { 'd/spool': '' }, /spool is not a directory: /],
    [
      'a folder of ours that leads nowhere',
      '…/d',
      { 'd/objects': { link: '…/no' } },
      /objects is a link that leads now/,
    ],
    ['a full disk', '…/d', { 'd/write-probe': { link: '/dev/full' } }, /the disk of .*d is full: make room/],
    ['a lock file that is none', '…/d', { 'd/lock.sqlite': 'x'.repeat(4096) }, /lock\.sqlite is damaged: remove it/],
  ]
  test.each(refusals)('%s', async (_, place, layout, reason) => {
    const at = (name: string) => name.replace('…', directory)
    for (const [name, content] of Object.entries(layout)) {
      const file = path.join(directory, name)
      await fs.mkdir(path.dirname(file), { recursive: true })
      await (typeof content === 'string' ? fs.writeFile(file, content) : fs.symlink(at(content.link), file))
    }
    expect(() => holdDataDirectory(at(place))).toThrow(ConfigError)
    expect(() => holdDataDirectory(at(place))).toThrow(/^DATA_DIR [^\n]{1,300} can not be used: [^\n]+\.$/)
    expect(() => holdDataDirectory(at(place))).toThrow(reason)
  })

  test('what the system says of other places is told as well', () => {
    const told = (code: string) =>
      dataDirectoryError('/data', Object.assign(new Error('x'), { code, path: '/data/spool' }))
    expect(told('EROFS')).toMatchObject({
      message: expect.stringContaining('/data/spool is on a file system that can only be read'),
    })
    expect(told('EDQUOT')).toMatchObject({ message: expect.stringContaining('the quota of this user') })
    expect(told('EIO')).toMatchObject({ message: expect.stringContaining('the disk of /data/spool fails') })
    expect(told('EOTHER')).not.toBeInstanceOf(ConfigError)
  })
})

describe('what others may do with it', () => {
  const modeOf = async (name: string): Promise<string> =>
    ((await fs.stat(path.join(directory, name))).mode & 0o7777).toString(8)
  const leave = async (name: string, mode: number): Promise<void> => {
    const place = path.join(directory, name)
    if (name.endsWith('/')) await fs.mkdir(place, { recursive: true })
    else await fs.writeFile(place, '')
    await fs.chmod(place, mode)
  }
  const hold = () => holdDataDirectory(directory)[Symbol.dispose]()

  test('is nothing, also where it was left open, at any depth', async () => {
    await fs.chmod(directory, 0o755)
    const open: [string, number, string][] = [
      ['format', 0o644, '600'],
      ['keys.json', 0o644, '600'],
      ['config-keys', 0o640, '600'],
      ['spool/', 0o777, '700'],
      ['spool/spool.sqlite', 0o666, '600'],
      ['clickhouse/', 0o750, '700'],
      ['clickhouse/store/', 0o750, '700'],
      ['clickhouse/store/data.bin', 0o640, '600'],
      ['objects/', 0o755, '700'],
      ['objects/run.sh', 0o755, '700'],
    ]
    for (const [name, mode] of open) await leave(name, mode)
    hold()
    for (const [name, , mode] of open) expect(await modeOf(name), name).toBe(mode)
    expect(await modeOf('.')).toBe('700')
  })

  test('stays as it is for what is not ours beside it, behind a link, and for a place that is everybody’s', async () => {
    await fs.chmod(directory, 0o755)
    await leave('photos/', 0o755)
    await leave('photos/spool', 0o644)
    await fs.symlink(path.join(directory, 'photos'), path.join(directory, 'objects'))
    await leave('keys.json', 0o644)
    hold()
    expect([await modeOf('.'), await modeOf('photos/spool'), await modeOf('keys.json')]).toEqual(['755', '644', '600'])

    await fs.rm(path.join(directory, 'photos'), { recursive: true })
    await fs.rm(path.join(directory, 'objects'))
    await fs.chmod(directory, 0o1777)
    hold()
    expect(await modeOf('.')).toBe('1777')
  })

  test('of what is made above it is to pass through', async () => {
    holdDataDirectory(path.join(directory, 'a/b/c'))[Symbol.dispose]()
    expect([await modeOf('a'), await modeOf('a/b'), await modeOf('a/b/c')]).toEqual(['711', '711', '700'])
  })
})
