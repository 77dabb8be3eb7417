import { applyStatus } from '../sessions/apply-status.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** A session of a channel that nobody has probed for this long, in seconds, ends where it was last seen. */
export const staleAfterSeconds = 3_600

const findStale = statement(
  'session_find_stale',
  `SELECT o.channel_id AS "channelId", coalesce(s.last_live_at, s.last_probed_at) AS "lastLiveAt", now() AS at
   FROM dm.stream_session o LEFT JOIN dm.probe_schedule s ON s.channel_id = o.channel_id
   WHERE o.ended_at IS NULL AND coalesce(s.last_probed_at, o.updated_at) < now() - make_interval(secs => $1)
   ORDER BY o.channel_id LIMIT 500`,
)

type Stale = { channelId: bigint; lastLiveAt: Date | null; at: Date }

/** Closes sessions whose channels are not looked at any more; returns how many. A stream that shows up again goes on in the same session. */
export const closeStaleSessions = (db: Postgres, afterSeconds = staleAfterSeconds): Promise<number> =>
  db.transaction(async (tx) => {
    const stale = await tx.query<Stale>(findStale, [afterSeconds])
    return (
      await applyStatus(
        tx,
        stale.map((row) => ({ kind: 'abandoned', source: 'poll', ...row })),
      )
    ).length
  })
