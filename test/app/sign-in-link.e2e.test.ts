import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runProgram } from '../support/app/program.ts'
import { ask } from '../support/http/ask.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const directory = await sharedDirectory('sign-in-link')
const env = { DATA_DIR: path.join(directory.path, 'data'), DEMO: 'off', LOG_LEVEL: 'info' }
afterAll(() => directory[Symbol.asyncDispose]())

const command = async (args: readonly string[], more: Record<string, string> = {}) => {
  await using program = runProgram({ args, env: { ...env, ...more } })
  const { code } = await program.ended
  return { code, out: program.stdout(), err: program.stderr() }
}

const signIn = async (link: string) => {
  const url = new URL(link)
  const response = await fetch(new URL('/sign-in', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url.origin },
    body: JSON.stringify({ code: new URLSearchParams(url.hash.slice(1)).get('code') }),
  })
  return { status: response.status, body: await response.json() }
}

const linkIn = (text: string): string => /https?:\S+\/sign-in#code=[\w-]{32}$/m.exec(text)?.[0] ?? ''

const patience = 300_000

test('the first start prints a link that gives the admin key once; the command makes another one at any time', {
  timeout: patience,
}, async () => {
  {
    await using server = runProgram({ env })
    const url = await server.serving()
    const link = linkIn(server.stdout())
    expect(new URL(link).origin).toBe(url)
    const page = await fetch(link, { headers: { Accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])

    const { admin } = JSON.parse(await fs.readFile(path.join(env.DATA_DIR, 'keys.json'), 'utf8'))
    const first = await signIn(link)
    expect(first).toEqual({ status: 200, body: { key: admin, role: 'ADMIN' } })
    expect((await ask(url, '{ me { role } }', undefined, first.body.key)).data.me.role).toBe('ADMIN')
    expect((await signIn(link)).status).toBe(401)

    const told = await command(['sign-in-link'])
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('good once, for 24 hours') })
    const [another] = told.out.split('\n')
    expect(new URL(another!).origin).toBe(url)
    expect((await signIn(another!)).body).toEqual({ key: admin, role: 'ADMIN' })
    const json = JSON.parse((await command(['sign-in-link', '--json'])).out)
    expect((await signIn(json.url)).status).toBe(200)
    expect((await signIn(json.url)).status).toBe(401)

    // Who made a link is kept; the link itself is nowhere.
    const { data } = await ask(url, '{ auditLog(first: 10) { nodes { action } } }', undefined, admin)
    const actions = data.auditLog.nodes.map(({ action }: { action: string }) => action)
    expect(actions.filter((action: string) => action === 'command.sign-in-link')).toHaveLength(2)
    expect(server.stderr()).not.toContain('code=')
    expect(server.stderr()).not.toContain(new URL(json.url).hash.slice('#code='.length))
    expect(server.stderr()).toContain('signed in as administrator with a sign-in link')
    server.kill('SIGTERM')
    await server.ended
  }
  expect(await command(['sign-in-link'])).toEqual({
    code: 1,
    out: '',
    err: `A sign-in link needs a running server: start it with channelscope start. None runs on DATA_DIR ${env.DATA_DIR}.\n`,
  })

  await using again = runProgram({ env: { ...env, PUBLIC_URL: 'https://channels.example/' } })
  const url = await again.serving()
  expect(again.stdout()).not.toContain('#code=')
  const link = linkIn((await command(['sign-in-link'])).out)
  expect(link).toMatch(/^https:\/\/channels\.example\/sign-in#code=/)
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'https://channels.example' },
    body: JSON.stringify({ code: link.split('#code=')[1] }),
  })
  expect(response.status).toBe(200)
})

test('a key of the environment is not printed as a link, and the command makes one for it', {
  timeout: patience,
}, async () => {
  const given = { DATA_DIR: path.join(directory.path, 'given'), ADMIN_KEY: 'a-key-of-the-environment' }
  await using server = runProgram({ env: { ...env, ...given } })
  await server.serving()
  expect(server.stdout()).not.toContain('#code=')
  const link = linkIn((await command(['sign-in-link'], given)).out)
  expect((await signIn(link)).body).toEqual({ key: given.ADMIN_KEY, role: 'ADMIN' })
})
