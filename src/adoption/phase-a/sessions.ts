import type { Postgres } from '../../stores/postgres/postgres.ts'
import { presentTables } from '../legacy-tables.ts'
import { countRows, distinctBehind } from '../pace.ts'
import { ask, type FindingSummary, type Step } from '../step.ts'

type Position = { after: string }

/** The most users of a batch; they have some dozen broadcasts each. */
const most = 200

const users = ask<{ id: string }>(distinctBehind('public.kick_stream_sessions', 'kick_user_id'))

const plannedFindings = (db: Postgres): Promise<FindingSummary[]> =>
  db.query(
    ask<FindingSummary>(`
    WITH rows AS (
      SELECT id, kick_user_id, nullif(btrim(kick_user_id), '') AS user_id, stream_started_at AS started_at, stream_ended_at AS ended_at,
        stream_started_at >= '2000-01-01' AND stream_started_at <= now() + interval '5 minutes' AS is_possible,
        lead(stream_started_at) OVER (PARTITION BY kick_user_id ORDER BY stream_started_at) AS next_at,
        lead(stream_started_at::timestamptz(3)) OVER (PARTITION BY kick_user_id ORDER BY stream_started_at) = stream_started_at::timestamptz(3) AS is_twice
      FROM public.kick_stream_sessions),
    found AS (
      SELECT 'user-id-missing' AS kind, id, '' AS about, 'no session: nobody knows whose it is' AS done FROM rows WHERE user_id IS NULL
      UNION ALL SELECT 'session-at-impossible-time', id, 'begins ' || started_at, 'it is not taken over' FROM rows WHERE NOT is_possible
      UNION ALL SELECT 'session-ends-before-start', id, 'begins ' || started_at || ', ends ' || ended_at, 'it ends at its last probe, else at its start' FROM rows
        WHERE is_possible AND ended_at < started_at::timestamptz(3)
      UNION ALL SELECT 'session-ends-in-future', id, 'ends ' || ended_at, 'it ends at its last probe, else at its start' FROM rows
        WHERE is_possible AND ended_at > now() + interval '5 minutes'
      UNION ALL SELECT 'session-open-beside-newer', id, 'begins ' || started_at, 'it ends at its last probe, else at its start: a newer one has begun' FROM rows
        WHERE is_possible AND ended_at IS NULL AND next_at <= now() + interval '5 minutes' AND NOT is_twice
      UNION ALL SELECT 'session-twice', id, 'begins ' || started_at, 'rows that begin in the same millisecond are one session' FROM rows WHERE is_possible AND is_twice)
    SELECT kind, 'public.kick_stream_sessions' AS "table", min(done) AS done, count(*)::int AS count,
      (array_agg('row ' || id || ' ' || about ORDER BY id))[1:3] AS examples
    FROM found GROUP BY kind ORDER BY kind`),
  )

// What sessions show is what was said of them. Ids of the log are given under its lock, in the order of commits.
const statements = [
  ask(`SELECT pg_advisory_xact_lock(hashtext('dm.session_detail'))`),
  ask(`INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category)
    SELECT s.channel_id, s.started_at, greatest(s.started_at, date_trunc('second', s.details_observed_at)), 'import', s.title, s.category
    FROM dm.stream_session s WHERE s.channel_id = ANY ($1::bigint[]) AND s.provenance = 'legacy'
      AND num_nonnulls(s.title, s.category) > 0
    ORDER BY s.started_at, s.id ON CONFLICT DO NOTHING`),
]

// What the newest session says of its channel: on, or off since its end.
const statuses = ask(`
  UPDATE dm.streamer_channel c SET status = CASE WHEN s.ended_at IS NULL THEN 'online' ELSE 'offline' END,
    last_status_change_at = coalesce(s.ended_at, s.started_at), last_seen_online_at = greatest(c.last_seen_online_at, coalesce(s.last_live_at, s.ended_at, s.started_at)),
    status_observed_at = greatest(c.status_observed_at, coalesce(s.ended_at, s.last_live_at, s.started_at)),
    last_seen_at = greatest(c.last_seen_at, coalesce(s.ended_at, s.last_live_at, s.started_at)), first_seen_at = least(c.first_seen_at, o.first), updated_at = now()
  FROM (SELECT channel_id, min(started_at) AS first, max(started_at) AS last FROM dm.stream_session
    WHERE channel_id = ANY ($1::bigint[]) GROUP BY 1) o
  JOIN dm.stream_session s ON s.channel_id = o.channel_id AND s.started_at = o.last
  WHERE c.id = o.channel_id AND c.status = 'unknown'`)

/** Brings broadcasts over. */
export const sessionsStep: Step = {
  name: 'sessions',
  phase: 'phase-a',
  fills: ['dm.stream_session', 'dm.session_detail', 'dm.streamer_channel'],
  title: 'Take over sessions',
  async estimate({ db }) {
    if (!(await presentTables(db)).has('public.kick_stream_sessions')) return { rows: 0, seconds: 0 }
    const rows = (await countRows(db, ['public.kick_stream_sessions'])).get('public.kick_stream_sessions') ?? 0
    return { rows, seconds: rows * 0.00012 + 0.1, findings: await plannedFindings(db) }
  },
  async run({ db, batches }) {
    if (!(await presentTables(db)).has('public.kick_stream_sessions')) return
    await batches<Position>(async (tx, position, sizeOf) => {
      const size = sizeOf(most)
      const found = (await tx.query(users, [position?.after ?? '', size])).map(({ id }) => id)
      const blank = position === null ? [''] : []
      const batch = [...blank, ...found]
      const known = await tx.query(
        ask<{ id: bigint | null }>('SELECT adoption.ensure_channel($2, u) AS id FROM unnest($1::text[]) u ORDER BY u'),
        [batch, 'kick'],
      )
      const channels = known.flatMap(({ id }) => id ?? [])
      const [row] = await tx.query(ask<{ count: number }>('SELECT adoption.sync_sessions($1::text[]) AS count'), [
        batch,
      ])
      await tx.query(
        ask(
          `SELECT count(adoption.report(f.kind, 'public.kick_stream_sessions', f.row_key, f.details, f.done)) FROM adoption.session_findings($1::text[]) f`,
        ),
        [batch],
      )
      await tx.query(statuses, [channels])
      await tx.query(statements[0]!)
      await tx.query(statements[1]!, [channels])
      return { position: { after: found.at(-1) ?? position?.after ?? '' }, rows: row!.count, done: found.length < size }
    })
  },
}
