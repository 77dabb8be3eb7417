import { jsonRows } from '../lib/json-rows.ts'
import { lockChannels } from '../sessions/apply-status.ts'
import {
  type DetailStatement,
  isAbout,
  isSameStatement,
  maxStatements,
  saidFields,
  saidOf,
  saySame,
} from '../sessions/chapters.ts'
import { appendStatements, findSessionDetails } from '../sessions/detail-log.ts'
import { isSame } from '../sessions/instants.ts'
import { shownDetails } from '../sessions/merge-details.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { columnsOf, recordset, select, tableOf } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { detailChanges } from '../telemetry/detail-changes.ts'
import type { SessionKey, SummariesOptions } from '../telemetry/session-summaries.ts'

/** A session that is over and whose probes are all in the stores. */
export type CompleteSession = SessionKey & { id: bigint; channelId: bigint }

const shownFields = [...saidFields, 'detailsObservedAt'] as const

const readShown = statement(
  'details_read_shown',
  sql`SELECT ${select('StreamSession', ['id', 'startedAt', 'endedAt', ...shownFields])}
   FROM ${tableOf('StreamSession')} WHERE id = ANY ($1::bigint[])`,
)

// Like the statements themselves, this makes no event: the session is over, and its status is that of before.
const writeShown = statement(
  'details_write_shown',
  `UPDATE dm.stream_session s SET updated_at = now(), ${columnsOf('StreamSession', shownFields)
    .map(({ field, name }) => `${name} = v."${field}"`)
    .join(', ')}
   FROM json_to_recordset($1) AS v(${recordset('StreamSession', ['id', ...shownFields])}) WHERE s.id = v.id`,
)

type Known = Awaited<ReturnType<typeof findSessionDetails>>[number]

const knownOf = async (db: Pick<Transaction, 'query'>, ids: readonly bigint[]): Promise<Map<bigint, Known[]>> =>
  Map.groupBy(await findSessionDetails(db, ids), ({ sessionId }) => sessionId)

/** Of which instants others than probes spoke, of those who spoke about this session. */
const othersOf = (statements: readonly Known[]): Date[] =>
  statements.flatMap((one) => {
    const extent = { startedAt: one.sessionStartedAt, endedAt: one.endedAt, nextStartedAt: one.nextStartedAt }
    return one.source !== 'poll' && isAbout(one, extent) ? [one.saidAt] : []
  })

type Missing = { session: CompleteSession; statements: DetailStatement[] }

/** What of the probes of each session is not in the log; sessions of which nothing is missing are left out. */
const missingOf = (all: readonly Missing[], known: ReadonlyMap<bigint, readonly Known[]>): Missing[] =>
  all.flatMap(({ session, statements }) => {
    const logged = known.get(session.id) ?? []
    const missing = statements.filter((one) => !logged.some((other) => isSameStatement(one, other)))
    return missing.length === 0 ? [] : [{ session, statements: missing }]
  })

/** Adds what is missing, as `applyStatus` does it: under the lock of the channels, and what sessions show changes with it. */
const addMissing = async (tx: Transaction, all: readonly Missing[]): Promise<void> => {
  const ids = all.map(({ session }) => session.id)
  await tx.query(lockChannels, [[...new Set(all.map(({ session }) => session.channelId))]])
  const rows = new Map((await tx.query(readShown, [ids])).map((row) => [row.id, row]))
  const known = await knownOf(tx, ids)
  const missing = missingOf(all, known).filter(({ session }) => rows.has(session.id))
  await appendStatements(
    tx,
    missing.flatMap(({ session: { channelId }, statements }) => statements.map((one) => ({ ...one, channelId }))),
  )
  const changed = missing.flatMap(({ session: { id }, statements }) => {
    const stored = rows.get(id)!
    const logged = known.get(id) ?? []
    const extent = { ...stored, nextStartedAt: logged[0]?.nextStartedAt ?? null }
    const shown = shownDetails(extent, { stored, known: logged, added: statements })
    const isShown = !shown || (saySame(shown, stored) && isSame(shown.detailsObservedAt, stored.detailsObservedAt))
    return isShown ? [] : [{ id, ...shown }]
  })
  if (changed.length > 0) await tx.query(writeShown, [jsonRows(changed)])
}

/**
 * Adds to the log what probes said of sessions where it makes a difference for chapters, in whatever order the rest came. Only
 * probes that confirmed what was known when they came can be missing. One query and one statement; six more where something is
 * missing. Rejects when a store does not answer.
 */
export const completeChapters = async (
  store: ClickHouse,
  db: Postgres,
  sessions: readonly CompleteSession[],
  options: Omit<SummariesOptions, 'pool'>,
): Promise<void> => {
  if (sessions.length === 0) return
  const known = await knownOf(
    db,
    sessions.map(({ id }) => id),
  )
  const told = sessions.map((session) => ({ ...session, others: othersOf(known.get(session.id) ?? []) }))
  const probes = await detailChanges(store, told, { ...options, most: maxStatements })
  const said = sessions.map((session, index): Missing => {
    const { startedAt } = session
    const statements = probes[index]!.flatMap(({ saidAt, ...details }): DetailStatement[] => {
      const said = saidOf(details)
      return Object.keys(said).length === 0 ? [] : [{ startedAt, saidAt, source: 'poll', ...said }]
    })
    return { session, statements }
  })
  const missing = missingOf(said, known)
  if (missing.length > 0) await db.transaction((tx) => addMissing(tx, missing))
}
