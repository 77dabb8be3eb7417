import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

type ChannelRow = {
  id: bigint
  slug: string | null
  status: string
  isLive: boolean
  isBanned: boolean
  displayName: string | null
}
/** What is stored of a channel. */
export const channelRow = async (db: Postgres, id: bigint): Promise<ChannelRow> =>
  (
    await db.query<ChannelRow>(
      statement(
        'test_channel',
        `SELECT id, current_slug AS slug, status, is_live AS "isLive", is_banned AS "isBanned", display_name AS "displayName"
         FROM dm.streamer_channel WHERE id = $1`,
      ),
      [id],
    )
  )[0]!

/** The status events of a channel, oldest first. */
export const eventsOf = (db: Postgres, id: bigint) =>
  db.query<{ type: string; before: string; after: string }>(
    statement(
      'test_events',
      'SELECT event_type AS type, previous_status AS before, new_status AS after FROM dm.status_event WHERE channel_id = $1 ORDER BY id',
    ),
    [id],
  )

/** The sessions of a channel, oldest first. */
export const sessionsOf = (db: Postgres, id: bigint) =>
  db.query<{ startedAt: Date; endedAt: Date | null; title: string | null }>(
    statement(
      'test_sessions',
      'SELECT started_at AS "startedAt", ended_at AS "endedAt", title FROM dm.stream_session WHERE channel_id = $1 ORDER BY started_at',
    ),
    [id],
  )
