import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { readJournalState } from '../../src/live/journal.ts'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { runningEmbeddedUrl } from '../../src/stores/postgres/embedded-url.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { type Program, runProgram, secretsSaid } from '../support/app/program.ts'
import { recordTraffic, toldBy } from '../support/backup/recorded-traffic.ts'
import { ask, isReady, metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { brokenRules, sessionsThatWentOn } from '../support/live/journal-invariants.ts'
import { followStatus, overWebSocket } from '../support/live/status-follower.ts'
import { startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'
import { storedFacts } from '../support/webhooks/webhook-accounts.ts'
import { webhookRows } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

// A machine is lost while deliveries come in. What is restored knows what was acknowledged before the backup, once, and nothing by halves.
const [quiet, busy, late] = [[1, 2], [3, 4, 5], [6]]
const passphrase = 'what only operators know'
const secret = 'a secret of the configuration'

const resources = new AsyncDisposableStack()
const signer = createSigner()
const traffic = (seed: number, users: readonly number[]) => recordTraffic(createTraffic({ seed, users, signer }))
const [first, second, third] = [traffic(1, quiet), traffic(2, busy), traffic(3, late)]
const sender = createSender(second)
let env: Record<string, string>
let data: string
let backups: string

beforeAll(async () => {
  const key = { json: { data: { public_key: signer.publicKeyPem } } }
  const kick = resources.use(await startScriptedHttp(() => key))
  const directory = resources.use(await sharedDirectory('whole-backup'))
  data = path.join(directory.path, 'data')
  backups = path.join(directory.path, 'backups')
  env = {
    DATA_DIR: data,
    DEMO: 'off',
    WORKERS: '',
    ENVIRONMENT: 'webhooks',
    LOG_LEVEL: 'warn',
    KICK_API_URL: kick.url,
    KICK_ID_URL: kick.url,
    KICK_CLIENT_ID: 'x',
    KICK_CLIENT_SECRET: 'secret-of-the-backup',
    BACKUP_PASSPHRASE: passphrase,
  }
})
afterAll(() => resources.disposeAsync())

const start = async (): Promise<Program & { url: string }> => {
  const program = resources.use(runProgram({ env }))
  const url = await program.serving()
  await eventually('it is ready', () => isReady(url))
  return Object.assign(program, { url })
}

/** What a command says at the end. */
const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  await using program = runProgram({ args: [...args, '--json'], env })
  expect(await program.ended, program.stdout() + program.stderr()).toEqual({ code: 0, signal: null })
  return JSON.parse(program.stdout().trim().split('\n').at(-1)!)
}

const openDatabase = (): Postgres =>
  openPostgres({ url: runningEmbeddedUrl(path.join(data, 'postgres'))!, log: silentLog, max: 2 })

const isDrained = (url: string) =>
  eventually('everything is projected and stored', async () => (await metric(url, 'spool_rows')) === 0)

const everything = `query Everything($slug: String!, $channel: ID!, $range: TimeRange!) {
  channel(slug: $slug) {
    id slug isLive lastStatusChangeAt currentSession { id startedAt }
    sessions(first: 50) { nodes { id startedAt endedAt title } }
    statusEvents(first: 50) { nodes { id type occurredAt receivedAt processedAt platformEventId } }
    follows(range: $range, bucket: DAY) { total }
    chatMessages(first: 100, range: $range) { nodes { messageId content createdAt username } }
  }
  webhookInbox(first: 100, channel: $channel, range: $range) { nodes { messageId outcome receivedAt payload reason } }
}`

/** All that is answered about the channels of which nothing more is told. */
const answersOf = async (url: string, operator: string, range: object): Promise<unknown[]> => {
  const answers = []
  for (const user of quiet) {
    const slug = `user-${user}`
    const channel = (await ask(url, '{ channels(first: 50) { nodes { id slug } } }')).data.channels.nodes.find(
      (one: { slug: string }) => one.slug === slug,
    ).id
    const answer = await ask(url, everything, { slug, channel, range }, operator)
    expect(answer.errors).toBeUndefined()
    expect(answer.data.channel.chatMessages.nodes.length).toBeGreaterThan(10)
    expect(answer.data.channel.statusEvents.nodes.length).toBeGreaterThan(0)
    answers.push(answer.data)
  }
  return answers
}

const rolesOf = (url: string, keys: Record<string, string>): Promise<string[]> =>
  Promise.all(Object.values(keys).map(async (key) => (await ask(url, '{ me { role } }', {}, key)).data.me.role))

test('a machine that is lost comes back as of the backup: what was acknowledged before it once, what came after it not at all', {
  timeout: 240_000,
}, async () => {
  let server = await start()
  let db = openDatabase()
  for (const user of [...quiet, ...busy, ...late]) await subscribedChannel(db, user)
  const keys = JSON.parse(await fs.readFile(path.join(data, 'keys.json'), 'utf8'))
  const setting = `mutation { setConfiguration(category: SYSTEM, key: "partner.token", value: "${secret}", encrypt: true) { __typename } }`
  expect((await ask(server.url, setting, {}, keys.admin)).data.setConfiguration.__typename).toMatch(/Success$/)
  await createSender(first).send(server.url, { count: 80 })
  await isDrained(server.url)
  const now = Date.now()
  const range = { from: new Date(now - 7_200_000).toISOString(), to: new Date(now).toISOString() }
  const before = await answersOf(server.url, keys.operator, range)

  const finish = new AbortController()
  const sending = sender.send(server.url, {
    count: Number.POSITIVE_INFINITY,
    until: finish.signal,
    perSecond: 40,
    patient: true,
  })
  const answered = (more: number): Promise<unknown> => {
    const goal = sender.answered.size + more
    return eventually('deliveries are answered', () => sender.answered.size >= goal)
  }
  await answered(30)
  await command('backup', backups)
  await answered(30)
  const acknowledged = [...sender.answered, ...first.sent.keys()]
  const { id, hasKeys } = await command('backup', backups)
  expect(hasKeys).toBe(true)
  const sentByThen = new Set(second.sent.keys())
  await answered(30)
  finish.abort()
  await sending
  const { epoch, head } = await readJournalState((query, values) => db.query(query, values))
  const cursor = encodeJournalCursor(epoch, head)
  await db[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await fs.rm(data, { recursive: true })

  expect(await command('restore', backups, '--check')).toMatchObject({ id, problems: [], keys: 'OPEN' })
  const another = path.join(path.dirname(backups), 'another-passphrase')
  await fs.writeFile(another, 'words that nobody chose')
  for (const check of [['--check'], []]) {
    const args = ['restore', backups, '--passphrase-file', another, ...check, '--json']
    await using refused = runProgram({ args, env })
    expect(await refused.ended).toEqual({ code: 1, signal: null })
    if (check.length > 0)
      expect(JSON.parse(refused.stdout())).toMatchObject({ id, problems: [], keys: 'WRONG_PASSPHRASE' })
    else expect(refused.stderr()).toMatch(/^The keys of backup \S+ do not open with this passphrase: [^\n]+\.\n$/)
  }
  expect(await command('restore', backups)).toMatchObject({ id, hasKeys: true })
  server = await start()
  db = openDatabase()
  await isDrained(server.url)
  expect(await answersOf(server.url, keys.operator, range)).toEqual(before)
  expect(await rolesOf(server.url, keys)).toEqual(Object.keys(keys).map((role) => role.toUpperCase()))
  {
    await using follower = followStatus(overWebSocket, server.url, cursor)
    await eventually('it is told of a gap', () => follower.others.length > 0)
    expect(follower.others[0]).toMatch(/^StatusGap/)
  }
  // It goes on: what is new is taken in, and what a platform sends again is known.
  for (const { headers, body } of [...first.sent.values()].slice(0, 20)) {
    const again = { method: 'POST', headers, body: new Uint8Array(body) }
    expect((await fetch(`${server.url}/webhooks/kick`, again)).status).toBe(200)
  }
  await createSender(third).send(server.url, { count: 20 })
  await isDrained(server.url)
  const { follows, sessions } = await storedFacts(db)
  expect(await brokenRules(db)).toEqual([])
  expect(await sessionsThatWentOn(db)).toEqual([])
  await db[Symbol.asyncDispose]()
  server.kill('SIGTERM')
  expect(await server.ended, server.stderr()).toEqual({ code: 0, signal: null })

  await using clickHouse = await openClickHouse({ directory: path.join(data, 'clickhouse') })
  const stored = webhookRows(clickHouse)
  const [inbox, chats] = [await stored.inbox(), await stored.chats()]
  const found = new Set(inbox.map((delivery) => delivery.id))
  expect([...inbox, ...chats].filter(({ times }) => times !== 1)).toEqual([])
  expect(found.size, 'one outcome for each delivery').toBe(inbox.length)
  expect(
    [...acknowledged, ...third.sent.keys()].filter((one) => !found.has(one)),
    'acknowledged and lost',
  ).toEqual([])
  const beyond = [...second.sent.keys()].filter((one) => !sentByThen.has(one))
  expect(beyond.length).toBeGreaterThan(20)
  expect(
    beyond.filter((one) => found.has(one)),
    'sent after the backup',
  ).toEqual([])
  // Of what came during the backup each delivery is there with all that it says, or not at all.
  const told = toldBy(new Map([...first.sent, ...second.sent, ...third.sent]), inbox)
  expect({ chats: chats.map((chat) => chat.id).toSorted(), follows, sessions }).toEqual(told)
  console.info({ deliveries: inbox.length, acknowledged: acknowledged.length, beyond: beyond.length })
})

test('no secret was said aloud', () => {
  expect(secretsSaid([passphrase, secret])).toEqual([])
})
