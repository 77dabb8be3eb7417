import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import {
  idMarginDays,
  scrapeLogRetentionJob,
  statusEventRetentionJob,
  webhookIdRetentionJob,
} from '../../../src/workers/jobs/retention-jobs.ts'
import { goLive, insertTestChannels, journalledIds } from '../../support/live/live-changes.ts'
import { connectLive } from '../../support/live/live-client.ts'
import { startLiveNode } from '../../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

const signal = new AbortController().signal
const days = 90
let database: TestDatabase
let db: Postgres

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

const run = (sql: string, values: unknown[] = []) => db.pool.query(sql, values)
const month = (monthsAgo: number): Date => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 1))
}
const partitions = async (): Promise<string[]> => {
  const { rows } = await run(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'dm.status_event'::regclass ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}
const nameOf = (monthsAgo: number): string =>
  `dm.status_event_${month(monthsAgo).toISOString().slice(0, 7).replace('-', '')}`

test('ids of deliveries go exactly when they are older than the deliveries and their margin', async () => {
  const kept = 30 + idMarginDays
  await run(
    `INSERT INTO dm.webhook_message_ids (source, message_id, received_at, receipt)
     SELECT 'kick', 'old-' || n, now() - make_interval(days => $1) - interval '1 minute', gen_random_uuid() FROM generate_series(1, 12000) n
     UNION ALL SELECT 'kick', 'kept-' || n, now() - make_interval(days => $1) + interval '1 minute', gen_random_uuid() FROM generate_series(1, 30) n`,
    [kept],
  )
  expect(await webhookIdRetentionJob(db, () => 30).run(signal)).toBe('forgot 12000 ids')
  const { rows } = await run(
    'SELECT count(*)::int AS n, count(*) FILTER (WHERE message_id LIKE $1)::int AS kept FROM dm.webhook_message_ids',
    ['kept-%'],
  )
  expect(rows).toEqual([{ n: 30, kept: 30 }])
  expect(await webhookIdRetentionJob(db, () => 30).run(signal)).toBe('forgot 0 ids')
})

test('months of the journal go when all of them is old, and a subscriber with an older cursor is told of a gap', async () => {
  const [channel] = await insertTestChannels(db, 1)
  // This month's events, with cursors; afterwards they are moved into the past.
  await using node = await startLiveNode({ url: database.url })
  const cursorsOf = async (count: number): Promise<string[]> => {
    await using client = await connectLive(node.wsUrl)
    client.subscribe(
      's',
      'subscription ($ids: [ID!]) { channelStatus(ids: $ids) { ... on StatusSnapshot { cursor } ... on StatusChange { cursor } } }',
      {
        ids: [String(channel!.id)],
      },
    )
    const cursors = [(await client.data()).data.channelStatus.cursor]
    for (let index = 0; index < count; index++) {
      await goLive(db, [channel!.id])
      cursors.push((await client.data()).data.channelStatus.cursor)
    }
    return cursors
  }
  const cursors = await cursorsOf(6)
  const ids = await journalledIds(db, [channel!.id])
  for (const [index, monthsAgo] of [8, 5].entries()) {
    await run(
      `CREATE TABLE ${nameOf(monthsAgo)} PARTITION OF dm.status_event FOR VALUES FROM ('${month(monthsAgo).toISOString()}') TO ('${month(monthsAgo - 1).toISOString()}')`,
    )
    const at = new Date(month(monthsAgo).getTime() + 86_400_000)
    await run(
      'UPDATE dm.status_event SET event_timestamp = $2, received_timestamp = $2, processed_timestamp = $2 WHERE id = ANY ($1)',
      [[ids[2 * index], ids[2 * index + 1]], at],
    )
  }
  // And one where no month was made.
  const lone = month(4)
  await run(
    'UPDATE dm.status_event SET event_timestamp = $2, received_timestamp = $2, processed_timestamp = $2 WHERE id = $1',
    [ids[4], lone],
  )
  expect(await partitions()).toContain(nameOf(8))
  const before = (await partitions()).length

  const said = await statusEventRetentionJob(db, () => days).run(signal)
  expect(said).toBe(`dropped 2 months (${nameOf(8)}, ${nameOf(5)}) and 1 events outside of any`)
  expect(await partitions()).toHaveLength(before - 2)
  expect(await journalledIds(db, [channel!.id])).toEqual(ids.slice(5))
  const { rows } = await run('SELECT pruned_through::text AS through FROM dm.status_journal')
  expect(rows).toEqual([{ through: String(ids[4]) }])

  const first = async (after: string) => {
    await using client = await connectLive(node.wsUrl)
    client.subscribe(
      's',
      'subscription ($ids: [ID!], $after: String) { channelStatus(ids: $ids, after: $after) { __typename } }',
      {
        ids: [String(channel!.id)],
        after,
      },
    )
    return (await client.data()).data.channelStatus.__typename
  }
  expect(await first(cursors[2]!)).toBe('StatusGap')
  expect(await first(cursors[5]!)).toBe('StatusChange')
  expect(await statusEventRetentionJob(db, () => days).run(signal)).toBe('dropped 0 months and 0 events outside of any')
})

test('a month that is in use is left for the next run, and nothing of it is told to be gone', async () => {
  await run(
    `CREATE TABLE ${nameOf(9)} PARTITION OF dm.status_event FOR VALUES FROM ('${month(9).toISOString()}') TO ('${month(8).toISOString()}')`,
  )
  const reader = await db.pool.connect()
  await reader.query('BEGIN; LOCK TABLE dm.status_event IN ACCESS SHARE MODE')
  expect(await statusEventRetentionJob(db, () => days).run(signal)).toBe('dropped 0 months; the next is in use')
  await reader.query('ROLLBACK')
  reader.release()
  expect(await partitions()).toContain(nameOf(9))
  expect(await statusEventRetentionJob(db, () => days).run(signal)).toContain('dropped 1 months')
})

test('the audit of calls keeps its newest rows', async () => {
  await run(
    `INSERT INTO dm.scrape_log (platform, endpoint, requested_at, duration_ms)
     SELECT 'kick', 'x', now(), 1 FROM generate_series(1, 50100)`,
  )
  await scrapeLogRetentionJob(db).run(signal)
  const { rows } = await run('SELECT count(*)::int AS n FROM dm.scrape_log')
  expect(rows).toEqual([{ n: 50_000 }])
})
