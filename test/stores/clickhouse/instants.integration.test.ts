import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool, type Spool } from '../../../src/ingest/spool.ts'
import { silentLog as log } from '../../../src/lib/log.ts'
import { nullable, number, text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import type { InsertTarget } from '../../../src/stores/clickhouse/tables/row-format.ts'
import { trustScoreFormat } from '../../../src/stores/clickhouse/tables/streamer-trust-score-history.ts'
import { inboxFormat } from '../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery } from '../../../src/webhooks/delivery.ts'
import { renderInboxRow } from '../../../src/webhooks/inbox-row.ts'
import { probeAppender } from '../../../src/workers/probe-rows.ts'
import { startClickHouseHttp } from '../../support/stores/clickhouse-http.ts'
import { migrateTestClickHouse } from '../../support/stores/migrate-clickhouse.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

/** A server that reads bare numbers as seconds. */
const opened = new AsyncDisposableStack()
let store: ClickHouse
let spool: Spool
beforeAll(async () => {
  const directory = opened.use(await temporaryDirectory('instants'))
  const server = opened.use(await startClickHouseHttp(`${directory.path}/engine`, { version: '26.8.1.1' }))
  store = opened.use(await openClickHouse({ url: server.url }))
  await migrateTestClickHouse(store)
  spool = opened.use(await openSpool({ directory: `${directory.path}/spool`, maxBytes: 1e8, log, clock: Date.now }))
})
afterAll(() => opened.disposeAsync())

const ship = async () => {
  await using shipper = startShipper({ spool, sink: store, log, clock: Date.now })
  expect(await shipper.flush(60_000)).toBe(true)
}

const at = new Date('2026-11-20T18:00:00.335Z')
const began = new Date('2026-11-20T17:00:00Z')

const probes = namedQuery({
  name: 'test_probes',
  sql: `SELECT platform_user_id AS user, toFloat64(toUnixTimestamp64Milli(ts)) AS at,
    toFloat64(toUnixTimestamp(stream_started_at)) * 1000 AS began FROM kick_streamer_probe ORDER BY toUInt32(user)`,
  row: { user: text, at: number, began: number },
})
const inbox = namedQuery({
  name: 'test_inbox',
  sql: `SELECT message_id AS id, toFloat64(toUnixTimestamp64Milli(received_at)) AS received,
    toFloat64(toUnixTimestamp64Milli(sent_at)) AS sent, payload FROM webhook_inbox ORDER BY id`,
  row: { id: text, received: number, sent: nullable(number), payload: text },
})
const scores = namedQuery({
  name: 'test_scores',
  sql: `SELECT platform_user_id AS user, toFloat64(toUnixTimestamp64Milli(computed_at)) AS at, score
    FROM streamer_trust_score_history ORDER BY user`,
  row: { user: text, at: number, score: number },
})

const delivery = (messageId: string, sentAt: Date): Omit<Delivery, 'replay' | 'receipt'> => ({
  source: 'kick',
  eventType: 'chat.message.sent',
  eventVersion: '1',
  messageId,
  subscriptionId: null,
  body: '{"text": "a\\nb, [1, 2]"}',
  signature: '',
  sentAt,
  receivedAt: BigInt(at.getTime()) * 1_000n,
})

test('instants of every kind of row arrive as they are', async () => {
  const captured: { target: InsertTarget; rows: readonly string[] }[] = []
  const capture = {
    append: async (target: InsertTarget, rows: readonly string[]) => void captured.push({ target, rows }),
  }
  const seen = {
    platform: 'kick',
    at,
    viewerCount: 1,
    followerCount: null,
    subscriberCount: null,
    elapsedSeconds: 60,
    intervalSeconds: 60,
  } as const
  const rows = [
    { ...seen, platformUserId: '1', streamStartedAt: began },
    { ...seen, platformUserId: '2', streamStartedAt: null },
    { ...seen, platformUserId: '3', streamStartedAt: new Date('1969-01-01T00:00:00Z') },
  ]
  await probeAppender(capture, 'test')(rows)
  const deliveries = [
    delivery('a', began),
    delivery('b', new Date('1950-01-01T00:00:00.001Z')),
    delivery('c', new Date('9999-01-01')),
  ]
  captured.push({ target: inboxFormat, rows: deliveries.map((one) => renderInboxRow('test', one, 'PROJECTED', true)) })
  const score = {
    env: 'test',
    platform: 'kick',
    platform_user_id: '1',
    computed_at: at,
    score: 0.5,
    algorithm: 'a',
    factors_json: '[1]',
  }
  captured.push({ target: trustScoreFormat, rows: [trustScoreFormat.render(score)] })

  for (const { target, rows } of captured) await spool.append(target, rows)
  await ship()

  const sent = at.getTime()
  expect(await store.query(probes, {})).toEqual([
    { user: '1', at: sent, began: began.getTime() },
    { user: '2', at: sent, began: 0 },
    { user: '3', at: sent, began: 0 },
  ])
  const payload = '{"text": "a\\nb, [1, 2]"}'
  expect(await store.query(inbox, {})).toEqual([
    { id: 'a', received: sent, sent: began.getTime(), payload },
    { id: 'b', received: sent, sent: Date.parse('1950-01-01T00:00:00.001Z'), payload },
    { id: 'c', received: sent, sent: null, payload },
  ])
  expect(await store.query(scores, {})).toEqual([{ user: '1', at: sent, score: 0.5 }])
})
