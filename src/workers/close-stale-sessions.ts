import { applyStatus } from '../sessions/apply-status.ts'
import type { StatusObservation } from '../sessions/status-observation.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** Seconds without a probe after which the session of a channel ends. */
const staleAfterSeconds = 3_600

const findStale = statement(
  'session_find_stale',
  sql`SELECT ${select('StreamSession', ['channelId'], 'o')},
     ${expressions<{ at: Date; lastProbedAt: Date | null }>({ at: `date_trunc('milliseconds', now())`, lastProbedAt: 's.last_probed_at' })}
   FROM dm.stream_session o LEFT JOIN dm.probe_schedule s ON s.channel_id = o.channel_id
   WHERE o.ended_at IS NULL AND coalesce(s.last_probed_at, o.updated_at) < now() - make_interval(secs => $1)
   ORDER BY o.channel_id LIMIT 500`,
)

// No probe for so long counts like two probes that did not see the broadcast.
const noteAbsence = statement(
  'session_note_absence',
  `INSERT INTO dm.probe_schedule AS s (channel_id, active, last_missed_at, missed_before_at)
   SELECT id, false, $2::timestamptz, $2::timestamptz - interval '1 millisecond' FROM unnest($1::bigint[]) AS id
   ON CONFLICT (channel_id) DO UPDATE SET last_missed_at = excluded.last_missed_at, missed_before_at = excluded.missed_before_at`,
)

/** Ends sessions of channels that are not probed any more, at their last sighting; returns how many. A broadcast that is seen again goes on in the same session. */
export const closeStaleSessions = (db: Postgres, afterSeconds = staleAfterSeconds): Promise<number> =>
  db.transaction(async (tx) => {
    const stale = await tx.query(findStale, [afterSeconds])
    if (stale.length === 0) return 0
    await tx.query(noteAbsence, [stale.map(({ channelId }) => channelId), stale[0]!.at])
    const missed = stale.map(
      ({ channelId, at, lastProbedAt: since }): StatusObservation => ({
        kind: 'not-live',
        source: 'poll',
        channelId,
        at,
        // Nothing came from outside: we find it out now.
        receivedAt: at,
        evidence: { kind: 'silence', since },
      }),
    )
    return (await applyStatus(tx, missed)).length
  })
