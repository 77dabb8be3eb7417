import { newUlid } from '../../src/lib/ids.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'

const insertChannel = statement(
  'hard_channel',
  `INSERT INTO dm.streamer_channel (id, external_id, platform, platform_user_id, current_slug, display_name, avatar_url, bio, follower_count,
     status, is_banned, last_seen_online_at, last_status_change_at, first_seen_at, last_seen_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14)`,
)
const insertPeriod = statement(
  'hard_period',
  'INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until) VALUES ($1, $2, $3, $4)',
)
const insertSession = statement(
  'hard_session',
  `INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source, title, category, language)
   VALUES ($1, $2, $3::timestamptz, CASE WHEN $3::timestamptz IS NOT NULL THEN 'webhook' END, $4, $5, $6) RETURNING id`,
)
const insertEvent = statement(
  'hard_event',
  `INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, platform_event_id, event_timestamp,
     received_timestamp, processed_timestamp, event_data)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8) RETURNING id`,
)
const insertSchedule = statement(
  'hard_schedule',
  `INSERT INTO dm.probe_schedule (channel_id, active, next_probe_at, interval_seconds, last_probed_at, consecutive_failures)
   VALUES ($1, $2, $3, $4, $5, $6)`,
)

/** Texts that look like what the JSON is built with, or are hard to write as JSON. */
const texts = [
  null,
  '',
  'plain',
  '"quoted" and \\back\\slashed\\',
  'ends in a mark@t',
  '@t":"2026-01-01T00:00:00+00:00"',
  '"startedAt@t":"2026-01-01T00:00:00+00:00"',
  '@c":["sessions by start","a","1"]',
  'ends in a bracket [',
  '["a","1","2"]',
  'tab\tnewline\nbell\u0007 escape\u001b delete\u007f',
  'line\u2028paragraph\u2029 zero\u200bwidth',
  'smile 😀 ünïcode 日本語 ﷽',
  "it's; -- $1 %s",
]

const at = (n: number): Date => new Date(Date.UTC(2026, 0, 1) + n * 3_600_000 + [0, 100, 120, 123, 7][n % 5]!)

/** The ids that `hardRows` wrote. */
export type HardRows = { channels: bigint[]; sessions: bigint[]; events: bigint[]; externalIds: string[] }

/**
 * Rows that are hard to answer alike in two ways: ids beyond 2^53, renamed and nameless channels, names that several held, more
 * names than are told, open sessions, instants with and without milliseconds, hard texts and nulls everywhere.
 */
export const hardRows = async (db: Postgres): Promise<HardRows> => {
  const rows: HardRows = { channels: [], sessions: [], events: [], externalIds: [] }
  for (let n = 0; n < 24; n++) {
    const id = [9_007_199_254_740_993n, 9_223_372_036_854_775_806n][n] ?? BigInt(n)
    const text = texts[n % texts.length]!
    const seen = [null, at(n), at(n * 3)][n % 3]
    const platform = ['kick', 'kick', 'twitch', 'x'][n % 4]
    const externalId = newUlid()
    rows.channels.push(id)
    rows.externalIds.push(externalId)
    await db.query(insertChannel, [
      id,
      externalId,
      platform,
      n === 3 ? '日本' : `user-${n}`,
      n % 7 === 5 ? null : `slug-${n}`,
      text,
      texts[(n + 3) % texts.length],
      texts[(n + 5) % texts.length],
      [null, 0, 2_147_483_647, n][n % 4],
      ['online', 'offline', 'unknown'][n % 3],
      n % 5 === 0,
      seen,
      at(n >> 1),
      at(n >> 2),
    ])
    // The same former name for many, and for one more names than are told.
    const periods = n === 2 ? 103 : n % 4
    for (let k = 0; k < periods; k++)
      await db.query(insertPeriod, [id, k === 0 ? 'shared' : `old-${n}-${k}`, at(n + k), at(n + k + 1)])
    for (let k = 0; k < [0, 1, 5, 30][n % 4]!; k++) {
      const start = at(k * 4)
      const end = k === 4 ? null : new Date(start.getTime() + k * 1_000_500)
      const title = texts[(n + k) % texts.length]
      const values = [id, start, end, title, texts[k % texts.length], k % 2 ? 'en' : null]
      rows.sessions.push((await db.query<{ id: bigint }>(insertSession, values))[0]!.id)
    }
    for (let k = 0; k < n % 6; k++) {
      const status = ['unknown', 'online', 'offline']
      const values = [
        id,
        ['stream_start', 'stream_end', 'connection_test'][k % 3],
        status[k % 3],
        status[(k + 1) % 3],
        ['poll', 'webhook', 'operator'][k % 3],
        texts[k % texts.length],
        at(n * 24 + k),
        k % 2 ? { z: 1, a: [1.5, null] } : null,
      ]
      rows.events.push((await db.query<{ id: bigint }>(insertEvent, values))[0]!.id)
    }
    if (n % 3 < 2) await db.query(insertSchedule, [id, n % 2 === 0, at(n), 60 + n, n % 4 ? at(n) : null, n])
  }
  return rows
}
