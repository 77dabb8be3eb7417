import { newUlid } from '../../../src/lib/ids.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { insertProbes, type TestProbe } from '../stores/clickhouse.ts'
import { statement } from '../stores/statement.ts'
import { insertSaid } from '../telemetry/chat-rows.ts'
import { insertFollows, insertSubscription } from '../telemetry/follow-rows.ts'
import { insertTrustHistory } from '../telemetry/trust-history-rows.ts'

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

const insertSighting = statement(
  'hard_sighting',
  `UPDATE dm.probe_schedule SET last_live_at = now() - make_interval(secs => $3), live_viewers = $4, live_started_at = $2
   WHERE channel_id = $1`,
)

const insertScore = statement(
  'hard_score',
  'INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at) VALUES ($1, $2, $3, $4, $5)',
)
const insertStreamer = statement(
  'hard_streamer',
  'INSERT INTO public.streamers (name) VALUES ($1) RETURNING id::bigint',
)
const insertClaim = statement(
  'hard_claim',
  'INSERT INTO public.streamer_channel_link (streamer_id, channel_id, verified, claimed_at) VALUES ($1, $2, $3, $4)',
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

/** JSON that is hard to print alike. */
const documentsOf = (text: string | null | undefined): (string | null)[] => [
  null,
  JSON.stringify({ z: 1, a: [1.5, null], text }),
  '"ends in a mark@j"',
  '[]',
  '{"b": 12345678901234567890, "aa": 1.0, "c": 1e3}',
]

const at = (n: number): Date => new Date(Date.UTC(2026, 0, 1) + n * 3_600_000 + [0, 100, 120, 123, 7][n % 5]!)

/** The ids that `hardRows` wrote. */
export type HardRows = {
  channels: bigint[]
  sessions: bigint[]
  events: bigint[]
  streamers: bigint[]
  externalIds: string[]
}

const platformOf = (n: number): string => ['kick', 'kick', 'twitch', 'x'][n % 4]!
const userOf = (n: number): string => (n === 3 ? '日本' : `user-${n}`)

/**
 * Rows that are hard to answer alike in two ways: ids beyond 2^53, renamed and nameless channels, names that several held, more
 * names than are told, open sessions, instants with and without milliseconds, hard texts, scores, claims and nulls everywhere.
 */
export const hardRows = async (db: Postgres): Promise<HardRows> => {
  const rows: HardRows = { channels: [], sessions: [], events: [], streamers: [], externalIds: [] }
  for (const name of ['one', texts[2], texts[5]])
    rows.streamers.push((await db.query<{ id: bigint }>(insertStreamer, [name]))[0]!.id)
  for (let n = 0; n < 24; n++) {
    const id = [9_007_199_254_740_993n, 9_223_372_036_854_775_806n][n] ?? BigInt(n)
    const text = texts[n % texts.length]!
    const seen = [null, at(n), at(n * 3)][n % 3]
    const platform = platformOf(n)
    const externalId = newUlid()
    rows.channels.push(id)
    rows.externalIds.push(externalId)
    await db.query(insertChannel, [
      id,
      externalId,
      platform,
      userOf(n),
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
        documentsOf(texts[n % texts.length])[k % 5],
      ]
      rows.events.push((await db.query<{ id: bigint }>(insertEvent, values))[0]!.id)
    }
    const factors = [{ name: 'a', value: null, weight: 1 / 3, contribution: 0, explanation: text ?? '' }]
    if (n % 4 > 0) await db.query(insertScore, [id, n / 3, 'hard-1', JSON.stringify(n % 4 === 1 ? [] : factors), at(n)])
    for (const [k, streamer] of rows.streamers.slice(0, n % 4).entries())
      await db.query(insertClaim, [streamer, id, k === 1, at(n - k)])
    for (const event of ['channel.followed', 'chat.message.sent', 'livestream.status.updated'].slice(0, n % 4))
      await insertSubscription(db, id, { event, since: at(n), status: ['active', 'failed'][n % 2]! })
    await insertFollows(
      db,
      id,
      Array.from({ length: n % 6 }, (_, k) => at(k * 5).getTime()),
    )
    if (n % 3 < 2) await db.query(insertSchedule, [id, n % 2 === 0, at(n), 60 + n, n % 4 ? at(n) : null, n])
    // Of the broadcast that is on, or of one before it; lately, or an hour ago; and some hide their viewers.
    if (n % 4 > 1)
      await db.query(insertSighting, [id, at(n % 7 ? 16 : 12), n % 5 ? 1 : 3_600, [n, 2_147_483_647, null][n % 3]])
  }
  return rows
}

/** What ClickHouse has of the channels of `hardRows`: probes, chat and scores of the first hours, with gaps. */
export const hardHistory = async (store: ClickHouse, { channels }: HardRows): Promise<void> => {
  const start = at(0).getTime() / 1000
  const probes: TestProbe[] = channels.flatMap((_, n) =>
    Array.from({ length: 20 * (n % 5) }, (_, k) => ({
      channel: userOf(n),
      platform: platformOf(n),
      at: start + k * 900 + n,
      // As the sessions are, four hours apart, some of them without a look.
      ...(k % 16 < 8 && {
        startedAt: Math.floor(at((k >> 4) * 4).getTime() / 1000),
        viewers: k % 7 === 3 ? null : n * k,
      }),
      followers: k % 3 === 0 ? null : k,
    })),
  )
  await insertProbes(store, probes)
  await insertSaid(
    store,
    channels.flatMap((channel, n) =>
      Array.from({ length: n % 7 }, (_, k) => ({
        channel,
        at: start + k * 3_000,
        by: `by-${k % 3}`,
        text: texts[(n + k) % texts.length] ?? 'plain',
        id: `said-${n}-${k}`,
      })),
    ),
  )
  const computed = channels.flatMap((_, n) =>
    Array.from({ length: n % 3 }, (_, k) => ({ user: userOf(n), at: Date.UTC(2026, 2, 20 + k), score: n + k / 3 })),
  )
  await insertTrustHistory(store, computed, 'hard history')
}
