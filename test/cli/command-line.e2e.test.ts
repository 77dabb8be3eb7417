import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launcher, type Program, type ProgramOptions, runProgram } from '../support/app/program.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

let directory: AsyncDisposable & { path: string }
beforeAll(async () => {
  directory = await sharedDirectory('command-line')
})
afterAll(() => directory[Symbol.asyncDispose]())

const patience = 180_000
const dataDir = () => path.join(directory.path, 'data')
const env = () => ({ DATA_DIR: dataDir(), DEMO: 'off', LOG_LEVEL: 'warn' })

const ending = async (options: ProgramOptions): Promise<{ code: number | null; out: string; err: string }> => {
  await using program: Program = runProgram({ env: env(), ...options })
  const { code } = await program.ended
  return { code, out: program.stdout(), err: program.stderr() }
}

/** The program in a shell, so that its streams can lead elsewhere; NODE is the one that runs the tests, LAUNCHER starts the program. */
const inShell = (script: string, more: Record<string, string> = {}) =>
  ending({
    command: ['/bin/bash', '-c', script],
    env: { ...env(), NODE: process.execPath, LAUNCHER: launcher, ...more },
  })

describe('a command line that no command takes ends with 2 and one line, and touches nothing', () => {
  test.each([
    ['start --port 5000', 'start has no option --port: use --json, --help; settings are environment variables.'],
    ['doctor extra', 'doctor takes no argument: leave out "extra".'],
    [
      'archive list --from 2026-02-30',
      '--from must be an instant in UTC like 2026-11-22T13:00:00Z, a day like 2026-11-22, or told from now like now-24h.',
    ],
    [
      'begin',
      'There is no command "begin": use start, migrate, adopt, split-dm, restore, doctor, explain, version, completion, channel, events, renames, bans, job, alert, archive, backup, import, config, key, sign-in-link, loss, chatter, erasure, webhooks.',
    ],
    ['--port 5000', 'start has no option --port: use --json, --help; settings are environment variables.'],
  ])('%s', { timeout: patience }, async (line, message) => {
    expect(await ending({ args: line.split(' ') })).toEqual({ code: 2, out: '', err: `${message}\n` })
    await expect(fs.stat(dataDir())).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('help is given of everything, of a group and of one command', { timeout: patience }, async () => {
  for (const args of [['--help'], ['help'], ['-h']])
    expect(await ending({ args })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: channelscope <command> \[options\]\n/),
    })
  expect(await ending({ args: ['key', 'revoke', '--help'] })).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Usage: channelscope key revoke <id> \[--json\]\n/),
  })
  expect((await ending({ args: ['archive', '--help'] })).out.match(/^ {2}archive \w+/gm)).toEqual([
    '  archive list',
    '  archive verify',
    '  archive restore',
  ])
  expect(await ending({ args: ['help', 'archive', 'lst'] })).toMatchObject({
    code: 2,
    err: 'There is no command "archive lst": use archive list, archive verify, archive restore.\n',
  })
})

describe('standard output', () => {
  const full = 'Standard output can not be written (ENOSPC).\n'
  test('that can not be written is a failure', { timeout: patience }, async () => {
    expect(await inShell('$NODE $LAUNCHER --help >/dev/full')).toMatchObject({ code: 1, err: full })
    expect(await inShell('$NODE $LAUNCHER doctor >/dev/full')).toMatchObject({ code: 1, err: full })
    expect(await inShell('$NODE $LAUNCHER start >/dev/full')).toMatchObject({ code: 1, err: full })
  })

  test('whose reader has read enough is none, and nothing is said of it', { timeout: patience }, async () => {
    const both = 'set -o pipefail; $NODE $LAUNCHER'
    expect(await inShell(`${both} --help | head -1`)).toEqual({
      code: 0,
      out: 'Usage: channelscope <command> [options]\n',
      err: '',
    })
    expect(await inShell(`${both} doctor | true`)).toEqual({ code: 0, out: '', err: '' })
  })
})

test('a log that can not be written hinders neither the start nor the end', { timeout: patience }, async () => {
  await using program = runProgram({
    command: ['/bin/bash', '-c', 'exec $NODE $LAUNCHER start 2>/dev/full'],
    env: { ...env(), NODE: process.execPath, LAUNCHER: launcher, LOG_LEVEL: 'debug' },
  })
  await program.serving()
  program.kill('SIGTERM')
  expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
})

describe.each([
  ['every address', '0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['the loopback of IPv6', '::1', /^http:\/\/\[::1\]:\d+$/],
])('a server that listens at %s', (_, HOST, openable) => {
  test('can be opened where its banner says, and doctor finds it well', { timeout: patience }, async () => {
    await using program = runProgram({ env: { ...env(), HOST } })
    const url = await program.serving()
    expect(url).toMatch(openable)
    expect((await fetch(`${url}/health`)).status).toBe(200)

    const port = new URL(url).port
    await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(200)
    // Whoever asks has another environment than the server.
    const found = await ending({ args: ['doctor'], env: { DATA_DIR: dataDir(), PORT: '4321', TIER: 'of-the-shell' } })
    expect(found).toMatchObject({ code: 0, err: '' })
    const lines = found.out.trim().split('\n')
    for (const line of lines) expect(line).toMatch(/^(ok|note) +\S/)
    expect(found.out).toContain(`DATA_DIR: ${dataDir()} is that of the running server.\n`)
    expect(found.out).toContain(`The server at ${url} is running and ready.\n`)
    expect(found.out).toContain(`PORT: ${port} is that of the running server.\n`)
    expect(found.out).toContain(`ok     The variables are those of the server at ${url}. `)
    for (const [name, value] of Object.entries({ HOST, PORT: '0', DEMO: 'off', LOG_LEVEL: 'warn' }))
      expect(found.out).toContain(`ok     ${name} = ${value}, from the environment.\n`)
    expect(found.out).not.toContain('of-the-shell')

    program.kill('SIGTERM')
    await program.ended
  })
})

test('doctor says so of a server that does not answer any more', { timeout: patience }, async () => {
  await using program = runProgram({ env: env() })
  const url = await program.serving()
  program.kill('SIGSTOP')
  const found = await ending({ args: ['doctor'] })
  expect(found.code).toBe(1)
  expect(found.out).toContain(`WRONG  The server at ${url} has the data directory and does not answer.\n`)
  // How it ends is told by other tests: it has much to catch up with, and may be too slow for its patience.
  program.kill('SIGCONT')
  program.kill('SIGTERM')
  await program.ended
})

test('the program runs from any folder, with an environment of nothing', { timeout: patience }, async () => {
  const script = `cd / && exec env -i DATA_DIR="$DATA_DIR" PORT=0 DEMO=off "$NODE" "$HERE/bin/channelscope.cjs" start`
  await using program = runProgram({
    command: ['/bin/bash', '-c', script],
    env: { ...env(), NODE: process.execPath, HERE: process.cwd() },
  })
  expect((await fetch(`${await program.serving()}/health`)).status).toBe(200)
  program.kill('SIGINT')
  expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
})

test('the first start makes the database client without the path that npm sets', { timeout: patience }, async () => {
  const copy = path.join(directory.path, 'copy')
  const here = process.cwd()
  for (const name of ['bin', 'prisma/schema', 'prisma/model-generator.ts', 'prisma.config.ts', 'package.json'])
    await fs.cp(path.join(here, name), path.join(copy, name), { recursive: true })
  for (const name of ['node_modules', 'src']) await fs.symlink(path.join(here, name), path.join(copy, name))
  const run = () =>
    ending({ command: ['/usr/bin/env', '-i', process.execPath, path.join(copy, 'bin/channelscope.cjs'), 'help'] })
  expect(await run()).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Usage: /) })
  const made = await fs.stat(path.join(copy, 'prisma/generated/client/client.ts'))
  expect(await run()).toMatchObject({ code: 0 })
  expect((await fs.stat(path.join(copy, 'prisma/generated/client/client.ts'))).mtimeMs).toBe(made.mtimeMs)
})
