import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { recordAction } from '../../src/audit/record-action.ts'
import { logCalls } from '../../src/calls/log-calls.ts'
import { recordLosses } from '../../src/ingest/known-losses.ts'
import { probeFormat } from '../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { adminKey, operatorKey } from '../support/http/api.ts'
import {
  type HistoryChannel,
  hour,
  now,
  rangeOf,
  start,
  startHistoryApi,
  watched,
} from '../support/http/history-api.ts'

let history: Awaited<ReturnType<typeof startHistoryApi>>
let channel: HistoryChannel

const minute = 60_000
// Every test has an hour of its own, in which nobody probed from minute 20 to 40.
let hours = 0
let began = 0
const at = (minutes: number): number => began + minutes * minute

beforeAll(async () => {
  history = await startHistoryApi()
})
afterAll(() => history[Symbol.asyncDispose]())

const probed = (of: HistoryChannel) => [
  ...watched(of, at(0), Array(21).fill(5), { elapsed: 60 }),
  ...watched(of, at(40), [5], { elapsed: 1_200 }),
  ...watched(of, at(41), Array(19).fill(5), { elapsed: 60 }),
]

beforeEach(async () => {
  began = start + hours++ * hour
  history.state.now = now
  history.state.lost = []
  channel = await history.newChannel()
  await history.watch(channel)
  await history.insertProbes(probed(channel))
  await history.db.pool.query('DELETE FROM dm.scrape_log')
})

const call = (minutes: number, more: Partial<Parameters<typeof logCalls>[1][number]> = {}) => ({
  ...{ platform: 'kick', endpoint: '/livestreams', requestedAt: new Date(at(minutes)), durationMs: 80 },
  ...{ status: 200, items: 1, error: null },
  ...more,
})
const answered503 = { status: 503, items: 0, error: 'answered 503' }

const query = `query ($id: ID!, $range: TimeRange!) { channel(id: $id) { viewers(range: $range) {
  outages { from to reason cause explanation evidence { place from to platform failed side target } } } } }`

type Told = { from: string; to: string; reason: string; cause: string; explanation: string; evidence: object | null }

const outages = async (key = operatorKey, range = rangeOf(at(0), at(60)), id = channel.id): Promise<Told[]> => {
  const { data, errors } = await history.api.ask(query, { id: String(id), range }, key)
  expect(errors).toBeUndefined()
  return data.channel.viewers.outages
}

const clock = (minutes: number, seconds = 0) => new Date(at(minutes) + seconds * 1000).toISOString().slice(11, 16)

test('the platform answered with errors', async () => {
  await logCalls(history.db, [
    call(20),
    ...[22, 26, 31, 36].map((n) => call(n, answered503)),
    call(40),
    call(10, answered503),
  ])
  expect(await outages()).toEqual([
    {
      ...rangeOf(at(20), at(40)),
      reason: 'not probed',
      cause: 'POLL_FAILED',
      explanation: expect.stringMatching(
        `^Kick answered 503 to all 4 calls between ${clock(20)} and ${clock(40)} UTC on `,
      ),
      evidence: {
        place: 'CALLS',
        ...rangeOf(at(20), at(40)),
        platform: 'KICK',
        failed: true,
        side: null,
        target: null,
      },
    },
  ])
})

test('the platform answered, and told nothing of the channel', async () => {
  await logCalls(
    history.db,
    Array.from({ length: 19 }, (_, n) => call(20.5 + n)),
  )
  expect(await outages()).toMatchObject([
    {
      cause: 'PLATFORM_SILENT',
      explanation: expect.stringMatching(/^Kick answered all 19 calls .*, but no answer told of the channel\.$/),
    },
  ])
})

test('no poller asked anything, as far as calls are kept', async () => {
  await logCalls(history.db, [call(1), call(20), call(21), call(40), call(35, { platform: 'twitch' })])
  await history.db.pool.query(`UPDATE dm.scrape_log SET id = 1 WHERE requested_at = $1`, [new Date(at(1))])
  expect(await outages()).toMatchObject([
    {
      cause: 'NODE_AWAY',
      explanation: expect.stringMatching(
        `^No poller asked Kick anything between ${clock(21)} and ${clock(39, 59)} UTC on `,
      ),
      evidence: { place: 'CALLS', platform: 'KICK', failed: null },
    },
  ])
  // Now the older calls have been dropped.
  await history.db.pool.query('DELETE FROM dm.scrape_log WHERE requested_at < $1', [new Date(at(40))])
  expect(await outages()).toMatchObject([
    { cause: 'UNKNOWN', explanation: 'Nothing is kept of that time that says why.', evidence: null },
  ])
})

test('nothing has been asked until now', async () => {
  await history.db.pool.query('UPDATE dm.probe_schedule SET last_probed_at = $2 WHERE channel_id = $1', [
    channel.id,
    new Date(at(59)),
  ])
  history.state.now = at(75)
  expect(await outages(operatorKey, rangeOf(at(45), at(90)))).toMatchObject([
    {
      ...rangeOf(at(59), at(75)),
      cause: 'NODE_AWAY',
      explanation: expect.stringMatching(/^No poller has asked Kick anything since /),
    },
  ])
})

const author = (name: string) => ({ identity: { role: 'OPERATOR', name, subject: 's' }, requestId: 'r' })

const record = async (target: string, minutes: number, active: boolean, more: object = {}): Promise<void> => {
  await recordAction(history.db, 'dm', author('anna'), {
    action: 'channel.monitor',
    target,
    before: { active: !active },
    after: { active },
    ...more,
  })
  await history.db.pool.query(
    'UPDATE dm.audit_log SET recorded_at = $2 WHERE id = (SELECT max(id) FROM dm.audit_log WHERE target = $1)',
    [target, new Date(at(minutes))],
  )
}

test('watching was paused; only admins are told by whom', async () => {
  const target = `channel:${channel.id}`
  await record(target, 20, false)
  await record(target, 40, true)
  const paused = `Watching of the channel was paused at ${clock(20)} UTC on `
  expect(await outages()).toMatchObject([
    {
      cause: 'PAUSED',
      explanation: expect.stringContaining(paused),
      evidence: { place: 'AUDIT', side: 'DM', target, platform: null },
    },
  ])
  expect((await outages(adminKey))[0]!.explanation).toContain('was paused by anna at ')
  const { data } = await history.api.ask(query.replace(/evidence \{.*?\}/, ''), {
    id: String(channel.id),
    range: rangeOf(at(0), at(60)),
  })
  expect(data.channel.viewers.outages).toMatchObject([
    { cause: 'PAUSED', explanation: expect.stringContaining(paused) },
  ])
})

test('polling of the platform was switched off', async () => {
  const target = 'configuration:monitoring.kick.polling'
  await recordAction(history.db, 'public', author('bert'), {
    action: 'configuration.set',
    target,
    before: null,
    after: { value: 'off' },
  })
  await history.db.pool.query('UPDATE public.audit_log SET recorded_at = $1', [new Date(at(15))])
  expect(await outages(adminKey)).toMatchObject([
    {
      cause: 'PAUSED',
      explanation: expect.stringMatching(
        `^Polling of Kick was switched off by bert at ${clock(15)} UTC on .*, and still is\\.$`,
      ),
      evidence: { place: 'AUDIT', side: 'PUBLIC', target },
    },
  ])
  await history.db.pool.query('TRUNCATE public.audit_log')
})

test('nobody tracked it yet', async () => {
  const later = await history.newChannel({ firstSeenAt: new Date(at(30)) })
  await history.watch(later)
  await history.insertProbes(watched(later, at(30), Array(30).fill(5), { elapsed: 60 }))
  expect(await outages(operatorKey, rangeOf(at(0), at(60)), later.id)).toMatchObject([
    {
      ...rangeOf(at(0), at(30)),
      cause: 'NOT_TRACKED',
      explanation: expect.stringContaining(`Nobody tracked the channel before ${clock(30)} UTC`),
      evidence: null,
    },
  ])
  // It was known, but only tracked from then on.
  const known = await history.newChannel({ firstSeenAt: new Date(at(-60)) })
  await history.watch(known)
  await record(`channel:${known.id}`, 30, true, { action: 'channel.track', before: null })
  await history.insertProbes(watched(known, at(30), Array(30).fill(5), { elapsed: 60 }))
  expect(await outages(operatorKey, rangeOf(at(-58), at(-5)), known.id)).toMatchObject([
    { cause: 'NOT_TRACKED', evidence: { place: 'AUDIT' } },
  ])
})

test('rows are lost', async () => {
  history.state.lost = [{ from: at(5), to: at(10), mayReturn: true }]
  await recordLosses(history.db, 'test', [
    {
      source: 'clickhouse',
      target: probeFormat.table,
      name: 'part',
      from: new Date(at(5)),
      to: new Date(at(10)),
      rows: 42,
      setAside: 'x',
    },
  ])
  expect((await outages())[0]).toMatchObject({
    cause: 'LOST',
    explanation: expect.stringMatching(
      /^Probes received between .* are lost \(42 rows\): a part of ClickHouse was damaged; it may still be repaired\.$/,
    ),
    evidence: { place: 'OPERATIONS' },
  })
  await history.db.pool.query('TRUNCATE dm.known_loss')
})

test('rows are still in the spool of a node', async () => {
  await logCalls(
    history.db,
    Array.from({ length: 19 }, (_, n) => call(20.5 + n)),
  )
  await history.db.pool.query(
    `INSERT INTO dm.spool_backlog (env, node, target, oldest_at) VALUES ('test', 'away', $1, $2)`,
    [probeFormat.table, new Date(at(21))],
  )
  expect(await outages()).toMatchObject([
    {
      cause: 'NOT_YET_SHIPPED',
      explanation: expect.stringMatching(/are still in the spool of node away/),
      evidence: { place: 'OPERATIONS' },
    },
  ])
  await history.db.pool.query('TRUNCATE dm.spool_backlog')
})

test('all outages of an operation are explained by one statement of each side, and by none where nobody asks why', async () => {
  await history.insertProbes(watched(channel, at(63), [5], { elapsed: 240 }))
  const more = await history.newChannel()
  await history.watch(more)
  await history.insertProbes(probed(more))
  // Calls of one outage are not counted to another.
  await logCalls(history.db, [call(30, answered503), call(61, answered503), call(62, answered503)])
  const both = `query ($range: TimeRange!, $ids: [ID!]!) { nodes(ids: $ids) { ... on Channel { id viewers(range: $range) { outages { cause explanation } } } } }`
  const { data } = await history.api.ask(
    `{ a: channel(id: "${channel.id}") { id } b: channel(id: "${more.id}") { id } }`,
  )
  const variables = { range: rangeOf(at(0), at(64)), ids: [data.a.id, data.b.id] }
  let answer: Awaited<ReturnType<typeof history.api.ask>> | undefined
  const asked = await history.askedDuring(async () => {
    answer = await history.api.ask(both, variables)
  })
  expect(asked.filter((name) => name.startsWith('outage')).sort()).toEqual([
    'outage_evidence',
    'outage_polling_switches',
  ])
  expect(answer!.data.nodes.map((node: { viewers: { outages: Told[] } }) => node.viewers.outages)).toMatchObject([
    [
      { cause: 'NODE_AWAY' },
      { cause: 'POLL_FAILED', explanation: expect.stringContaining('answered 503 to both calls') },
    ],
    [{ cause: 'NODE_AWAY' }, { cause: 'POLL_FAILED' }],
  ])
  const without = await history.askedDuring(() =>
    history.api.ask(both.replace('cause explanation', 'reason'), variables),
  )
  expect(without.filter((name) => name.startsWith('outage'))).toEqual([])
})
