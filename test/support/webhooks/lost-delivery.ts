import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

const insertSession = statement(
  'seed_untold_session',
  `INSERT INTO dm.stream_session (channel_id, started_at, start_source, ended_at, end_source, title) VALUES ($1, $2, 'poll', $3, 'poll', $4)
   ON CONFLICT (channel_id, started_at) DO UPDATE SET start_source = 'poll'`,
)

const insertEvent = statement(
  'seed_untold_event',
  `INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
     received_timestamp, processed_timestamp)
   VALUES ($1, $2, 'stream_start', 'offline', 'online', 'poll', $2, $2::timestamptz + interval '40 seconds', $2::timestamptz + interval '41 seconds')`,
)

const insertPromise = statement(
  'seed_telling_subscription',
  `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status, created_at, updated_at)
   VALUES ($1, $2, $2 || ' of ' || $1::bigint, 'active', $3, $3) ON CONFLICT DO NOTHING`,
)

/** A broadcast of an hour whose start only polling saw, 40 seconds later, although this event should have told it. */
export const insertLostStart = async (
  db: Postgres,
  channelId: bigint,
  { at, event, title = null }: { at: number; event: string; title?: string | null },
): Promise<void> => {
  const [startedAt, endedAt] = [new Date(at), new Date(at + 3_600_000)]
  await db.query(insertPromise, [channelId, event, startedAt])
  await db.query(insertSession, [channelId, startedAt, endedAt, title])
  await db.query(insertEvent, [channelId, startedAt])
}
