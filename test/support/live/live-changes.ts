import { newUlid } from '../../../src/lib/ids.ts'
import { applyStatus } from '../../../src/sessions/apply-status.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { received } from '../sessions/received.ts'
import { statement } from '../stores/statement.ts'

const insertChannels = statement(
  'test_insert_channels',
  `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug)
   SELECT u.ulid, $2, 'user-' || u.ulid, lower('c' || u.ulid) FROM unnest($1::text[]) AS u(ulid) RETURNING id, current_slug AS slug`,
)

/** New channels that were never observed, in order of id. */
export const insertTestChannels = async (
  db: Postgres,
  count: number,
  platform = 'kick',
): Promise<{ id: bigint; slug: string }[]> => {
  const rows = await db.query<{ id: bigint; slug: string }>(insertChannels, [
    Array.from({ length: count }, () => newUlid()),
    platform,
  ])
  return rows.sort((a, b) => Number(a.id - b.id))
}

let instant = Date.UTC(2026, 0, 1)

/** Starts a new broadcast of each channel in one transaction: one event each, two for channels that were live. */
export const goLive = (db: Postgres, channelIds: readonly bigint[]): Promise<bigint[]> => {
  instant += 1_000
  const at = new Date(instant)
  return db.transaction((tx) =>
    applyStatus(
      tx,
      channelIds.map((channelId) => ({
        kind: 'live',
        channelId,
        at,
        startedAt: at,
        source: 'webhook',
        ...received(at),
        details: { title: `show ${instant}` },
      })),
    ),
  )
}

const eventIds = statement(
  'test_event_ids',
  'SELECT id FROM dm.status_event WHERE channel_id = ANY ($1::bigint[]) ORDER BY id',
)

/** The ids of all events of these channels, in order. */
export const journalledIds = async (db: Postgres, channelIds: readonly bigint[]): Promise<string[]> =>
  (await db.query<{ id: bigint }>(eventIds, [channelIds])).map(({ id }) => id.toString())
