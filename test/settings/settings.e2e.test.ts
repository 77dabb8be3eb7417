import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launcher, runProgram, secretsSaid } from '../support/app/program.ts'
import { eventually } from '../support/lib/eventually.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const canary = 'canary-of-a-stored-secret'
const key = (kid: string) => `${kid}:${randomBytes(32).toString('base64')}`
const [old, next] = [key('old'), key('next')]
const adminKey = 'the-admin-key-of-this-test'
const secretsOfKeys = () => [old, next].map((text) => text.split(':')[1]!)

let directory: Awaited<ReturnType<typeof sharedDirectory>>
beforeAll(async () => {
  directory = await sharedDirectory('settings')
})
afterAll(() => directory[Symbol.asyncDispose]())

const envWith = (keys: string | null): Record<string, string> => ({
  DATA_DIR: directory.path,
  DEMO: 'off',
  LOG_LEVEL: 'debug',
  ADMIN_KEY: adminKey,
  OPERATOR_KEY: 'the-operator-key-of-this-test',
  CONFIG_KEYS: keys ?? '',
})

const ask = async (url: string, query: string, variables: object = {}) => {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
    body: JSON.stringify({ query, variables }),
  })
  const text = await answer.text()
  expect(text).not.toContain(canary)
  return JSON.parse(text)
}

const set = (url: string, name: string, value: string, category: string) =>
  ask(
    url,
    `mutation ($name: String!, $value: String!, $category: ConfigurationCategory!) {
      setConfiguration(key: $name, value: $value, category: $category) { __typename ... on SetConfigurationSuccess { entry { value version } } }
    }`,
    { name, value, category },
  )

/** What a command or a refused start says. */
const run = async (keys: string | null, ...args: string[]) => runWith({ keys, args })

/** The same, with this on standard input. */
const runWith = async ({ keys, args, input }: { keys: string | null; args: string[]; input?: string }) => {
  const command = ['sh', '-c', `printf '%s\\n' "$INPUT" | "$0" "$@"`, process.execPath, launcher, ...args] as const
  const env = { ...envWith(keys), LOG_LEVEL: 'warn' }
  await using program = runProgram(input === undefined ? { args, env } : { command, env: { ...env, INPUT: input } })
  const { code } = await program.ended
  return { code, out: program.stdout(), err: program.stderr() }
}

test('a server with the key of its secrets keeps them, and takes a new interval without a restart', async () => {
  await using server = runProgram({ env: envWith(old) })
  const url = await server.serving()
  expect(await set(url, 'kick.client.secret', canary, 'AUTH')).toMatchObject({
    data: { setConfiguration: { entry: { value: null, version: 1 } } },
  })
  expect(await set(url, 'monitoring.poll.interval.seconds', '17', 'MONITORING')).toMatchObject({
    data: { setConfiguration: { entry: { value: '17' } } },
  })
  const listed = await eventually('the server knows', async () => {
    const said = await run(old, 'config', 'list')
    return said.out.includes('monitoring.poll.interval.seconds  17  ') && said
  })
  expect(listed.out).toContain('kick.client.secret  (secret)  CONFIGURATION')
  expect(await run(old, 'config', 'nonsense')).toMatchObject({
    code: 2,
    err: 'There is no command "config nonsense": use config get, config set, config unset, config list, config variables, config rotate.\n',
  })
  const setBy = (...args: string[]) => run(old, 'config', 'set', ...args)
  expect(await setBy('mail.secret', canary)).toEqual({
    code: 2,
    out: '',
    err: '<value> of a secret must come from standard input: leave it out.\n',
  })
  for (const last of [[], ['-']])
    expect(await runWith({ keys: old, args: ['config', 'set', 'mail.secret', ...last], input: canary })).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^mail\.secret is set, version \d, encrypted\nThe system has no setting with this key: the entry is kept, and nothing uses it\.\n$/,
      ),
    })
  expect(await run(old, 'config', 'get', 'mail.secret')).toMatchObject({
    code: 0,
    out: '(secret)\nThe system does not use this key.\n',
  })
  expect(await setBy('mail.motto', '--json', '--expected-version', '1', '--', '-x')).toMatchObject({
    code: 2,
    err: '--expected-version must be 0 or absent for a key that has no entry.\n',
  })
  expect(await setBy('mail.motto', '--json', '--', '-x')).toMatchObject({
    code: 0,
    out: '{"key":"mail.motto","version":1,"category":"system","value":"-x","isEncrypted":false,"isKnown":false}\n',
  })
  expect(await setBy('mail.motto', 'y', '--expected-version', '2')).toMatchObject({
    code: 1,
    err: '--expected-version must be 1, the version of "mail.motto" now.\n',
  })
  expect(await setBy('monitoring.poll.interval.seconds', 'soon')).toMatchObject({
    code: 2,
    err: '<value> of "monitoring.poll.interval.seconds" must be a whole number from 1 to 3600.\n',
  })
  expect(await run(old, 'config', 'list', '--category', 'system')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^s3\.url {2}\(none\) {2}DEFAULT .*\n(.*\n)*mail\.motto {2}-x {2}CONFIGURATION\n/),
  })
  for (const one of ['mail.secret', 'mail.motto'])
    expect(await run(old, 'config', 'unset', one)).toMatchObject({ code: 0, out: `${one} is removed\n` })
  expect(await run(old, 'config', 'get', 'mail.motto')).toMatchObject({
    code: 1,
    err: 'There is no setting and no entry with this key.\n',
  })
  server.kill('SIGTERM')
  expect(await server.ended).toEqual({ code: 0, signal: null })
}, 240_000)

test('without the key, or with another one of its name, it does not start, and says which key is missing in one line', async () => {
  const giveUp = 'or give the value up by "channelscope config unset kick.client.secret"'
  expect(await run(next, 'start')).toEqual({
    code: 1,
    out: '',
    err: `CONFIG_KEYS must hold the key "old", which the value of "kick.client.secret" is encrypted with: add it, ${giveUp}.\n`,
  })
  expect(await run(key('old'), 'start')).toEqual({
    code: 1,
    out: '',
    err: `CONFIG_KEYS must hold the key "old" that the value of "kick.client.secret" was encrypted with (in this ENVIRONMENT); the one given is another: restore it, ${giveUp}.\n`,
  })
  expect(await run(null, 'start')).toMatchObject({ code: 1, err: expect.stringContaining('the key "old"') })
  const file = path.join(directory.path, 'config-keys')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  rmSync(file)
  expect(await run(`old:${randomBytes(31).toString('base64')}`, 'start')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^CONFIG_KEYS must be a comma-separated list of kid:key.*32 bytes in base64\.\n$/),
  })
}, 120_000)

test('keys are rotated on a running server; afterwards it starts with the new one alone', async () => {
  {
    await using server = runProgram({ env: envWith(`${next},${old}`) })
    await server.serving()
    expect(await run(`${next},${old}`, 'config', 'rotate')).toMatchObject({
      code: 0,
      out: '1 secrets are encrypted under "next" now\nNo secret needs another key than "next".\n',
    })
    server.kill('SIGTERM')
    await server.ended
  }
  expect(await run(old, 'start')).toMatchObject({ code: 1, err: expect.stringContaining('the key "next"') })
  await using server = runProgram({ env: envWith(next) })
  await server.serving()
  server.kill('SIGTERM')
  expect(await server.ended).toEqual({ code: 0, signal: null })
}, 120_000)

test('entries of a server that is killed as soon as it has answered hold at the next start', async () => {
  {
    await using server = runProgram({ env: envWith(next) })
    const url = await server.serving()
    await set(url, 'monitoring.poll.interval.seconds', '18', 'MONITORING')
    await set(url, 'twitch.webhook.secret', canary, 'AUTH')
    server.kill('SIGKILL', 'group')
    expect(await server.ended).toMatchObject({ signal: 'SIGKILL' })
  }
  await using server = runProgram({ env: envWith(next) })
  const url = await server.serving()
  const { data } = await ask(url, '{ settings { key value source } }')
  for (const one of [
    { key: 'monitoring.poll.interval.seconds', value: '18', source: 'CONFIGURATION' },
    { key: 'twitch.webhook.secret', value: null, source: 'CONFIGURATION' },
  ])
    expect(data.settings).toContainEqual(one)
  await set(url, 'monitoring.poll.interval.seconds', '17', 'MONITORING')
  expect(await run(next, 'config', 'unset', 'twitch.webhook.secret')).toMatchObject({ code: 0 })
  server.kill('SIGTERM')
  expect(await server.ended).toEqual({ code: 0, signal: null })
}, 240_000)

test('a secret whose key is lost can be given up, and then it starts', async () => {
  expect(await run(old, 'config', 'rotate')).toMatchObject({ code: 1, out: expect.stringContaining('the key "next"') })
  expect(await run(old, 'config', 'unset', 'kick.client.secret')).toMatchObject({
    code: 0,
    out: 'kick.client.secret is removed\n',
  })
  expect(await run(old, 'config', 'unset', 'kick.client.secret')).toMatchObject({ code: 1 })
  await using server = runProgram({ env: envWith(old) })
  const url = await server.serving()
  const { data } = await ask(url, '{ configuration { key value updatedBy } }')
  expect(data.configuration).toEqual([
    { key: 'monitoring.poll.interval.seconds', value: '17', updatedBy: expect.any(String) },
  ])
  server.kill('SIGTERM')
  await server.ended
}, 120_000)

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

test('the secret was said by nobody and is in no file, nor are the keys', () => {
  expect(secretsSaid([canary, ...secretsOfKeys()])).toEqual([])
  for (const file of filesBelow(directory.path))
    for (const secret of [canary, ...secretsOfKeys()]) expect(readFileSync(file).includes(secret), file).toBe(false)
})
