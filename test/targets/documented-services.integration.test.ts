import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { adminKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { startDiscord } from '../support/targets/discord-server.ts'
import { startReceiver } from '../support/targets/receiver.ts'
import { startSlack } from '../support/targets/slack-server.ts'

const page = readFileSync('docs/alerts.md', 'utf8')

/** The block of a language below a text of the page. */
const blockBelow = (after: string, language: string): string => {
  const rest = page.slice(page.indexOf(after))
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(rest)![1]!
}

const mutation = blockBelow('**Make one.**', 'graphql')

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const asAdmin = async (query: string, variables: Record<string, unknown> = {}) => {
  const { data, errors } = await api.ask(query, variables, adminKey)
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

/** Makes a target as the page says, and tries it. */
const makeAndTry = async (kind: string, secrets: Record<string, string>) => {
  const { createAlertTarget: made } = await asAdmin(mutation.replace('DISCORD', kind), { secrets })
  expect(made.__typename).toBe('KeyAlertTargetSuccess')
  const { result } = await asAdmin(
    `mutation ($id: ID!) { result: testAlertTarget(id: $id) {
    ... on TestAlertTargetSuccess { outcome status answer } } }`,
    { id: made.target.id },
  )
  return { ...made, tried: result }
}

test('Discord, as the page says', async () => {
  await using discord = await startDiscord()
  const { tried, target, signingKey } = await makeAndTry('DISCORD', { url: discord.url })
  expect(tried).toMatchObject({ outcome: 'DELIVERED', status: 200 })
  expect(discord.messages).toHaveLength(1)
  expect([target.destination, signingKey]).toEqual([new URL(discord.url).host, null])
})

test('Slack, as the page says', async () => {
  await using slack = await startSlack()
  expect((await makeAndTry('SLACK', { url: slack.url })).tried).toMatchObject({ outcome: 'DELIVERED', answer: 'ok' })
  expect(slack.messages).toHaveLength(1)
})

test('n8n, as the page says: a node that asks for a header, and nodes after it that find the alert in its body', async () => {
  const section = page.slice(page.indexOf('## n8n\n'), page.indexOf('## What your endpoint gets'))
  const value = 'Bearer a-value-of-your-choice'
  await using n8n = await startReceiver('/webhook/6b0c9d50-1f0f-4c39-8c1e-5c1d7a1f9a11')
  // Header Auth refuses with 403, and Immediately answers before the workflow runs.
  n8n.behaviour = ({ headers, method }) => {
    if (headers.authorization !== value) return { status: 403, text: 'Authorization data is wrong!' }
    if (method !== 'POST') return { status: 404, text: '' }
    return { status: 200, json: { message: 'Workflow was started' } }
  }
  expect(section).toContain('method `POST`')
  expect(section).toContain('the name `Authorization`')
  const { tried } = await makeAndTry('HTTP', { url: n8n.url, authorization: value })
  expect(tried).toMatchObject({ outcome: 'DELIVERED', status: 200 })
  const { headers, body } = n8n.received[0]!
  // What the node gives to those after it.
  const item = { json: { headers, params: {}, query: {}, body: JSON.parse(body) } }
  const found = [...section.matchAll(/\{\{ \$(json[\w.]+) \}\}/g)].map(([, names]) =>
    names!.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], item),
  )
  expect(found).toEqual([expect.stringContaining('This is a test of'), 'went-live'])
  expect((await makeAndTry('HTTP', { url: n8n.url, authorization: 'Bearer other' })).tried.outcome).toBe('RETRY')
})

type Hook = {
  id: string
  'execute-command': string
  'http-methods': string[]
  'include-command-output-in-response': boolean
  'pass-arguments-to-command': { source: string }[]
  'pass-environment-to-command': { source: string; name: string; envname: string }[]
}

test('the lines for webhook run the script, which takes what is ours: the answer says whether it did', async () => {
  await using directory = await temporaryDirectory('alert-hook')
  const script = path.join(directory.path, 'alert.sh')
  await fs.writeFile(script, blockBelow('### A shell script', 'sh'))
  const [hook, ...others] = parse(blockBelow('### A shell script', 'yaml')) as Hook[]
  expect([hook!.id, hook!['execute-command'], hook!['http-methods'], others]).toEqual([
    'alert',
    '/opt/alert.sh',
    ['POST'],
    [],
  ])
  // Only where the output is in the response does a command that fails make a status of 500.
  expect(hook!['include-command-output-in-response']).toBe(true)
  const log = path.join(directory.path, 'alerts')
  let key = ''
  await using receiver = await startReceiver('/hooks/alert')
  // As `webhook` does: headers by their names in any case, and the body as it came.
  receiver.behaviour = async ({ headers, body }) => {
    expect(hook!['pass-arguments-to-command']).toEqual([{ source: 'raw-request-body' }])
    const given = hook!['pass-environment-to-command'].map(({ name, envname }) => [
      envname,
      headers[name.toLowerCase()],
    ])
    const env = { PATH: process.env.PATH, ALERT_KEY: key, ALERT_LOG: log, ...Object.fromEntries(given) }
    const child = spawn('sh', [script, body], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [[code], output] = await Promise.all([once(child, 'exit'), text(child.stdout)])
    return code === 0
      ? { status: 200, text: output }
      : { status: 500, text: 'Error occurred while executing the hook.' }
  }
  const { target, signingKey, tried: before } = await makeAndTry('HTTP', { url: receiver.url })
  expect(before).toMatchObject({ outcome: 'RETRY', status: 500 })
  key = signingKey
  const { result } = await asAdmin(
    `mutation ($id: ID!) { result: testAlertTarget(id: $id) { ... on TestAlertTargetSuccess { outcome status } } }`,
    { id: target.id },
  )
  expect(result).toEqual({ outcome: 'DELIVERED', status: 200 })
  expect(
    (await fs.readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).data.isTest),
  ).toEqual([true])
})

test('the dry run of the page answers', async () => {
  const query = blockBelow('## Try a rule on the past', 'graphql')
  const { alertDryRun } = await asAdmin(query, { rule: { name: 'tried', kinds: ['WENT_LIVE'], targets: [] } })
  expect(alertDryRun).toEqual({ told: 0, decisions: [], days: [], newest: [] })
})
