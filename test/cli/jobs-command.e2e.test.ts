import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runProgram, secretsSaid } from '../support/app/program.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const directory = await temporaryDirectory('jobs')
await fs.chmod(directory.path, 0o755)
const env = {
  DATA_DIR: directory.path,
  DEMO: 'off',
  LOG_LEVEL: 'warn',
  ADMIN_KEY: 'the-admin-key-of-this-test',
  OPERATOR_KEY: 'the-operator-key-of-this-test',
}
afterAll(() => directory[Symbol.asyncDispose]())

const command = (...args: string[]) => commandWith({}, ...args)

const commandWith = async (more: Record<string, string>, ...args: string[]) => {
  await using program = runProgram({ args, env: { ...env, ...more } })
  const { code } = await program.ended
  return { code, out: program.stdout(), err: program.stderr() }
}

test('without a server a command does its work itself, on a system that was made', async () => {
  expect(await command('migrate')).toMatchObject({ code: 0 })
  const done = await command('job', 'chat-export')
  expect(done).toMatchObject({
    code: 0,
    out: 'chat-export: archived 0 messages of 0 hours in 0 objects; nothing has arrived yet\n',
  })
  expect(await command('archive', 'list')).toMatchObject({
    code: 0,
    out: `0 archived hours in ${path.join(directory.path, 'objects')}\n`,
  })
  expect(await commandWith({ TIER: 'other' }, 'archive', 'list')).toEqual({
    code: 1,
    out: '',
    err: 'TIER is other, but this database belongs to the tier dev: set TIER=dev.\n',
  })
}, 120_000)

test('beside a server a command is done by it, with the same words and endings, and the audit log has those that change something', async () => {
  await using server = runProgram({ env })
  const url = await server.serving()
  const listed = await command('job', '--list')
  expect(listed.code).toBe(0)
  expect(listed.out).toContain('chat-export')
  expect(await command('job', 'chat-export')).toMatchObject({
    code: 0,
    out: expect.stringContaining('chat-export: archived 0'),
  })
  expect(await command('job', 'nope')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^There is no job "nope": use one of /),
  })
  expect(await command('archive', 'restore')).toMatchObject({
    code: 2,
    err: 'archive restore needs --from and --to.\n',
  })
  const metrics = await (await fetch(`${url}/metrics`)).text()
  // Once in an hour it is also due by itself.
  expect(metrics).toMatch(/job_runs_total\{job="chat-export",result="succeeded"\} [1-9]/)

  const ask = (init: RequestInit = {}, key: string | null = env.ADMIN_KEY) =>
    fetch(`${url}/commands`, {
      method: 'POST',
      body: '{"command":"job","args":["--list"]}',
      ...init,
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...init.headers },
    })
  expect((await ask()).status).toBe(200)
  expect((await ask({}, env.OPERATOR_KEY)).status).toBe(403)
  expect((await ask({}, null)).status).toBe(403)
  expect((await ask({}, 'wrong')).status).toBe(401)
  expect((await ask({ headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  expect((await ask({ body: '{"command":"job"}' })).status).toBe(400)
  expect((await ask({ body: `"${'x'.repeat(20_000)}"` })).status).toBe(413)
  expect((await ask({ body: '{"command":"start","args":[]}' })).status).toBe(400)
  expect((await fetch(`${url}/commands`)).status).toBe(405)

  const log = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${env.ADMIN_KEY}` },
    body: JSON.stringify({ query: '{ auditLog { nodes { action target subject role } } }' }),
  })
  const job = { action: 'command.job', target: 'chat-export', role: 'ADMIN' }
  expect(await log.json()).toMatchObject({
    data: {
      auditLog: {
        nodes: [
          { ...job, subject: 'bootstrap:admin' },
          { ...job, subject: 'cli' },
        ],
      },
    },
  })
  server.kill('SIGTERM')
  expect(await server.ended).toEqual({ code: 0, signal: null })
  expect(secretsSaid()).toEqual([])
}, 120_000)
