import { expect, test } from 'vitest'
import { detailsLog } from '../../src/alerts/details-log.ts'
import type { Happening } from '../../src/alerts/happening.ts'
import { happeningsLog, ownLog } from '../../src/alerts/happenings-log.ts'
import { journalLog } from '../../src/alerts/journal-log.ts'
import type { Log } from '../../src/alerts/log.ts'
import { recordHappenings } from '../../src/stores/postgres/happenings.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'

const awkward = [
  '"quotes" and \\ and \\u0041',
  'tab\tline\nreturn\r',
  '🎉 ẞ \u2028 \u007f',
  "'; DROP TABLE --",
  '[1,2]',
]

const say = statement(
  'test_logs_say',
  `INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category, created_at)
   VALUES ($1, $2, $3, 'webhook', $4, $5, $3)`,
)
const append = statement(
  'test_logs_event',
  `INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
     received_timestamp, processed_timestamp) VALUES ($1, $2, $3, $4, $5, 'poll', $6, $6, $7)`,
)

test('what logs have is read as it was written, to the millisecond and the character, live and of the past', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const databases = sidesOf(db)
  const [channel] = await insertTestChannels(db, 1)
  const channelId = channel!.id
  const begun = Date.now() - 3_600_000
  const at = (n: number) => new Date(begun + n * 1_001)
  for (const [n, text] of ['the first', ...awkward].entries())
    await db.query(say, [channelId, at(0), at(n), text, n % 2 === 0 ? null : text])
  await db.query(append, [channelId, at(1), 'stream_start', 'offline', 'online', at(1), at(2)])
  await db.query(append, [channelId, null, 'stream_end', 'online', 'offline', at(3), at(4)])
  const facts = { texts: awkward, nested: { [awkward[0]!]: null }, startedAt: at(5).toISOString(), viewers: 12 }
  for (const side of ['dm', 'public'] as const)
    await db.transaction((tx) =>
      recordHappenings(tx, side, [
        { kind: side === 'dm' ? 'renamed' : 'claim-verified', channelId, at: at(6), facts },
        { kind: 'job-failed', channelId: null, at: null, facts: { job: awkward[0]! } },
      ]),
    )
  const both = async (log: Log): Promise<Happening[]> => {
    const { happenings } = await log.read(databases[log.side], 0, 100)
    const asked = { from: new Date(0), to: new Date(Date.now() + 1_000), kinds: new Set(log.kinds), channelIds: null }
    const pastOf = async (withPlatform: boolean): Promise<Happening[]> => {
      const past: Happening[] = []
      for await (const page of log.past(databases[log.side], { ...asked, withPlatform })) past.push(...page)
      return past
    }
    expect(await pastOf(true)).toEqual(happenings)
    expect(await pastOf(false)).toEqual(happenings.map((one) => ({ ...one, platform: null })))
    return happenings
  }
  const details = await both(detailsLog)
  expect(details.flatMap(({ facts: { title } }) => title ?? [])).toEqual(awkward)
  expect(details[0]).toMatchObject({
    channelId,
    platform: 'kick',
    at: +at(1),
    recordedAt: +at(1),
    sessionStartedAt: +at(0),
  })
  expect(await both(journalLog)).toMatchObject([
    { kind: 'went-live', channelId, at: +at(1), recordedAt: +at(2), sessionStartedAt: +at(1) },
    { kind: 'ended', channelId, at: +at(3), recordedAt: +at(4), sessionStartedAt: null },
  ])
  for (const log of [happeningsLog, ownLog]) {
    const [first, second] = await both(log)
    expect(first).toMatchObject({ channelId, platform: log === ownLog ? null : 'kick', at: +at(6), facts })
    expect(first!.sessionStartedAt).toBe(+at(5))
    expect(second).toMatchObject({ channelId: null, platform: null, facts: { job: awkward[0] } })
    // Without an instant it happened when it was written.
    expect(second!.at).toBe(second!.recordedAt)
  }
})

const insertMany = statement(
  'test_many_happenings',
  `INSERT INTO dm.happening (kind, happened_at, recorded_at) SELECT 'job-failed', now(), now() FROM generate_series(1, $1)`,
)
const leap = statement(
  'test_leap',
  `SELECT setval(pg_get_serial_sequence('dm.happening', 'id'), (SELECT max(id) FROM dm.happening) + $1)`,
)
const positions = statement('test_positions', 'SELECT id::float8 AS position FROM dm.happening ORDER BY id')

test('a long past is read whole and in order, also where the ids have leapt', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  await db.query(insertMany, [10_000])
  await db.query(leap, [40_000_000])
  // More than a page in one stretch of ids.
  await db.query(insertMany, [21_001])
  const asked = { from: new Date(0), to: new Date(Date.now() + 60_000), kinds: new Set(happeningsLog.kinds) }
  const found: number[] = []
  for await (const page of happeningsLog.past(db, { ...asked, channelIds: null, withPlatform: false }))
    found.push(...page.map(({ position }) => position))
  expect(found).toEqual((await db.query<{ position: number }>(positions)).map(({ position }) => position))
})
