import fc from 'fast-check'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

const appendEvent = statement(
  'test_alert_event',
  `INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
     received_timestamp, processed_timestamp)
   VALUES ($1, $2, $3, $4, $5, 'poll', $6, $6, $7)`,
)
const appendDetail = statement(
  'test_alert_detail',
  `INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category, created_at)
   VALUES ($1, $2, $3, 'webhook', $4, $5, $6) ON CONFLICT DO NOTHING`,
)
const appendHappening = (side: 'dm' | 'public') =>
  statement(
    `test_alert_happening_${side}`,
    `INSERT INTO ${side}.happening (kind, channel_id, happened_at, recorded_at, facts) VALUES ($1, $2, $3, $4, $5)`,
  )
const appendOf = { dm: appendHappening('dm'), public: appendHappening('public') }

const status = fc.constantFrom('online', 'offline', 'unknown')
const name = fc.constantFrom('one', 'two', 'three')

/** Something that a log says; instants are minutes after some beginning, and `delay` is until it was recorded. */
export const anyEntry = fc.record({
  channel: fc.nat(2),
  minute: fc.integer({ min: 0, max: 6_000 }),
  delay: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 14 }) },
    { weight: 1, arbitrary: fc.integer({ min: 16, max: 300 }) },
  ),
  said: fc.oneof(
    fc.record({
      log: fc.constant('journal' as const),
      type: fc.constantFrom('stream_start', 'stream_end'),
      before: status,
      after: status,
      age: fc.integer({ min: 0, max: 30 }),
    }),
    fc.record({
      log: fc.constant('details' as const),
      title: fc.option(name),
      category: fc.option(name),
      session: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
    fc.record({
      log: fc.constant('happenings' as const),
      kind: fc.constantFrom('renamed', 'banned', 'returned', 'outage', 'collided'),
    }),
    fc.record({
      log: fc.constant('happenings' as const),
      kind: fc.constant('viewers-passed'),
      viewers: fc.integer({ min: 100, max: 900 }),
      viewersBefore: fc.integer({ min: 0, max: 500 }),
      usualViewers: fc.integer({ min: 50, max: 400 }),
    }),
    fc.record({
      log: fc.constant('happenings' as const),
      kind: fc.constant('trust-fell'),
      score: fc.integer({ min: 30, max: 50 }),
      previousScore: fc.integer({ min: 40, max: 60 }),
    }),
    fc.record({
      log: fc.constantFrom('happenings' as const, 'own' as const),
      kind: fc.constant('job-failed'),
      job: name,
    }),
    fc.record({ log: fc.constant('own' as const), kind: fc.constantFrom('claim-verified', 'claim-lost') }),
  ),
})

type AnyEntry = typeof anyEntry extends fc.Arbitrary<infer Entry> ? Entry : never

const minuteMs = 60_000

/** Writes entries of channels into their logs, one after another. */
export const appendEntries = async (
  db: Postgres,
  channelIds: readonly bigint[],
  begin: number,
  entries: readonly AnyEntry[],
): Promise<void> => {
  for (const { channel, minute, delay, said } of entries) {
    const id = channelIds[channel]!
    const at = new Date(begin + minute * minuteMs)
    const recordedAt = new Date(+at + delay * minuteMs)
    if (said.log === 'journal') {
      const startedAt = new Date(+at - said.age * minuteMs)
      await db.query(appendEvent, [id, startedAt, said.type, said.before, said.after, at, recordedAt])
    } else if (said.log === 'details') {
      const { title, category, session } = said
      if (title === null && category === null) continue
      const startedAt = session === null ? null : new Date(begin + session * 100 * minuteMs)
      await db.query(appendDetail, [id, startedAt, at, title, category, recordedAt])
    } else {
      const { log, kind, ...facts } = said
      const side = log === 'own' ? 'public' : 'dm'
      const about = kind === 'job-failed' ? null : id
      await db.query(appendOf[side], [kind, about, at, recordedAt, JSON.stringify(facts)])
    }
  }
}

/** A rule of any kind, about channels by their numbers. */
export const anyRule = fc.record({
  kinds: fc.subarray(
    [
      ...['went-live', 'ended', 'title-changed', 'category-changed', 'viewers-passed', 'renamed', 'collided', 'banned'],
      ...['returned', 'outage', 'trust-fell', 'job-failed', 'claim-verified', 'claim-lost'],
    ],
    { minLength: 1 },
  ),
  channels: fc.option(fc.subarray([0, 1, 2], { minLength: 1 })),
  windowSeconds: fc.option(fc.constantFrom(600, 7_200, 90_000)),
  quiet: fc.option(
    fc.record({
      timezone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata'),
      from: fc.integer({ min: 0, max: 1_439 }),
      until: fc.integer({ min: 0, max: 1_439 }),
      days: fc.subarray([1, 2, 3, 4, 5, 6, 7]),
    }),
  ),
  conditions: fc.record(
    {
      titleContains: fc.subarray(['ONE', 'w'], { minLength: 1 }),
      categories: fc.subarray(['Two', 'three'], { minLength: 1 }),
      viewers: fc.constantFrom(200, 500),
      timesUsual: fc.constantFrom(2, 3),
      scoreBelow: fc.constant(45),
      jobs: fc.subarray(['one', 'two'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
})
