import { spawnSync } from 'node:child_process'
import { chown, mkdir, realpath, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isReady } from '../support/ask.ts'
import { eventually } from '../support/eventually.ts'
import { stillRunning } from '../support/processes.ts'
import { type Program, projectFolder, runProgram } from '../support/program.ts'
import { sharedDirectory } from '../support/shared-directory.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

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
  expect(await program.ended).toEqual({ code: 0, signal: null })
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

test.runIf(isRoot && maySeeProject())(
  'a folder that is not theirs is refused to an ordinary user in one line',
  async () => {
    await using directory = await sharedDirectory('foreign')
    await mkdir(path.join(directory.path, 'data'))
    await using program = runProgram({ env: { DATA_DIR: path.join(directory.path, 'data') }, account: ordinary })
    expect(await program.ended).toEqual({ code: 1, signal: null })
    expect(program.stderr()).toMatch(/^DATA_DIR \S+ can not be written \(.+\): choose another DATA_DIR\.\n$/)
  },
)
