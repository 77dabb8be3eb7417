import { jsonRows } from '../lib/json-rows.ts'
import { settleMs } from '../sessions/late-rows.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { columnsOf, expressions, recordset, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { LostSpan } from '../telemetry/outages.ts'
import { aggregateSessions, type EndedSession, type SessionAggregates } from '../telemetry/session-aggregates.ts'
import { completeChapters } from './complete-chapters.ts'

/** Up to when each kind of rows is in the stores, and what of it is lost. */
export type Completeness = {
  completeThrough(kind: 'probes' | 'chat' | 'follows'): Date
  lost(kind: 'probes'): readonly LostSpan[]
}

export type AggregationOptions = {
  db: Postgres
  clickHouse: ClickHouse
  env: string
  history: Completeness
  /** After how many days rows of a kind may be gone. */
  retentionDays: () => { probes: number; chat: number }
  signal: AbortSignal
  /** How many sessions share their queries. */
  batchSize?: number
}

const viewerFields = ['peakViewers', 'peakAt', 'averageViewers', 'hoursWatched'] as const

const aggregateFields = [...viewerFields, 'samples', 'coverage', 'messages', 'chatters', 'follows'] as const

const readWaiting = statement(
  'session_read_unaggregated',
  sql`SELECT ${select('StreamSession', ['id', 'channelId', 'startedAt', 'aggregatesDueAt', 'provenance', ...aggregateFields], 's')},
     ${select('Channel', ['platform', 'platformUserId', 'firstSeenAt'], 'c')},
     ${expressions<{ endedAt: Date }>({ endedAt: 's.ended_at' })}
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id
   WHERE s.aggregated_at IS NULL AND s.ended_at IS NOT NULL AND (s.ended_at, s.id) > ($1, $2)
     AND s.ended_at < $3 AND s.aggregates_due_at < $3
   ORDER BY s.ended_at, s.id LIMIT $4`,
)

const mostCounted = 100_000

const countWaiting = statement(
  'session_count_unaggregated',
  sql`SELECT ${expressions<{ count: number }>({ count: 'count(*)::int' })} FROM (
     SELECT FROM dm.stream_session WHERE aggregated_at IS NULL AND ended_at IS NOT NULL LIMIT ${mostCounted}) waiting`,
)

/** How many sessions that are over wait to be aggregated; at most 100,000 are counted. */
export const waitingSessions = async (db: Transaction): Promise<number> => (await db.query(countWaiting))[0]!.count

const writtenFields = ['id', 'endedAt', 'aggregatesDueAt', ...aggregateFields] as const

// A session whose end moved meanwhile, or of which late rows were told, waits for the next run.
const write = statement(
  'session_write_aggregates',
  sql`UPDATE dm.stream_session s SET aggregated_at = $2, updated_at = now(),
     ${columnsOf('StreamSession', aggregateFields)
       .map(({ field, name }) => `${name} = v."${field}"`)
       .join(', ')}
   FROM json_to_recordset($1) AS v(${recordset('StreamSession', writtenFields)})
   WHERE s.id = v.id AND s.aggregated_at IS NULL AND s.ended_at = v."endedAt" AND s.aggregates_due_at = v."aggregatesDueAt"
   RETURNING ${expressions<{ id: bigint }>({ id: 's.id' })}`,
)

/** The aggregates that are stored already; null where they are not. */
type Stored = { [Field in keyof SessionAggregates]: SessionAggregates[Field] | null }

/** The same of a row, which says where it comes from. */
type StoredRow = Stored & { provenance: string | null }

/** Whether rows of the start of a session can be there; an hour before they may be dropped is too late. */
const isKept = (startedAt: Date, now: Date, days: number): boolean =>
  startedAt.getTime() > now.getTime() - days * 86_400_000 + 3_600_000

/** What samples tell of viewers; where they tell nothing, what was brought in with the session stays. */
const viewersOf = (samples: Stored, stored: StoredRow): Pick<Stored, (typeof viewerFields)[number]> => {
  const told = stored.provenance !== null && samples.peakViewers === null ? stored : samples
  const { peakViewers, peakAt, averageViewers, hoursWatched } = told
  return { peakViewers, peakAt, averageViewers, hoursWatched }
}

/**
 * The aggregates to store. Rows only ever come, until their time is over or they are lost: if there are fewer than before, or may
 * be, the values of before are those of all rows.
 */
const latest = (stored: StoredRow, found: SessionAggregates, kept: { probes: boolean; chat: boolean }): Stored => {
  const ofProbes = kept.probes && found.samples >= (stored.samples ?? 0) ? found : stored
  const ofChat = kept.chat && found.messages >= (stored.messages ?? 0) ? found : stored
  const { samples, coverage } = ofProbes
  const { messages, chatters } = ofChat
  // The follows of a session that was brought in may not be here.
  const follows = stored.provenance === null ? found.follows : Math.max(found.follows, stored.follows ?? 0)
  return { ...viewersOf(ofProbes, stored), samples, coverage, messages, chatters, follows }
}

/**
 * Computes the aggregates of ended sessions whose rows are all in the stores, and of those of which rows came late, and completes
 * their chapters, a batch at a time in the order of their ends. Each batch costs the same statements and queries, whatever its size, and is stored when it
 * is computed: whoever is interrupted goes on where it was. Returns how many were stored.
 */
export const aggregateEndedSessions = async (options: AggregationOptions): Promise<number> => {
  const { db, clickHouse, env, history, retentionDays, signal, batchSize = 200 } = options
  const complete = Math.min(
    ...(['probes', 'chat', 'follows'] as const).map((kind) => history.completeThrough(kind).getTime()),
  )
  const through = new Date(complete)
  let after: { endedAt: Date; id: bigint } = { endedAt: new Date(0), id: 0n }
  let stored = 0
  for (;;) {
    signal.throwIfAborted()
    const waiting = await db.query(readWaiting, [after.endedAt, after.id, new Date(complete - settleMs), batchSize])
    const last = waiting.at(-1)
    if (!last) return stored
    const sessions: EndedSession[] = waiting
    const found = await aggregateSessions(clickHouse, db, sessions, {
      env,
      now: through,
      lostProbes: history.lost('probes'),
      signal,
    })
    const days = retentionDays()
    const probed = waiting.filter(({ startedAt }) => isKept(startedAt, through, days.probes))
    await completeChapters(clickHouse, db, probed, { env, now: through, signal })
    const rows = waiting.map((row, index) => ({
      id: row.id,
      endedAt: row.endedAt,
      aggregatesDueAt: row.aggregatesDueAt,
      ...latest(row, found[index]!, {
        probes: isKept(row.startedAt, through, days.probes),
        chat: isKept(row.startedAt, through, days.chat),
      }),
    }))
    stored += (await db.query(write, [jsonRows(rows), through])).length
    after = last
  }
}
