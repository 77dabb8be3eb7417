import { newUlid } from '../lib/ids.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Position } from './cut-text.ts'
import type { ImportKind } from './kinds.ts'
import type { ImportReport } from './report.ts'
import type { Verdict } from './staged-rows.ts'

/** How far an import is. */
export type ImportState = {
  phase: 'read' | 'store'
  /** The file that is being read, from where on, and the parts that were read. */
  file: number
  position: Position | null
  parts: number
  /** Rows that were read. */
  rows: number
  /** Batches that are stored, and whether the next one is judged already. */
  batches: number
  isJudged: boolean
  /** Where the next batch of rows of Postgres begins, and what the last one decided. */
  after: { channel: string; at: string; part: number; row: number } | null
  verdicts: Verdict[]
}

const fresh: ImportState = {
  phase: 'read',
  file: 0,
  position: null,
  parts: 0,
  rows: 0,
  batches: 0,
  isJudged: false,
  after: null,
  verdicts: [],
}

const findOpen = statement(
  'import_find_open',
  sql`SELECT ${select('ImportRun', ['id', 'state', 'startedAt'])} FROM ${tableOf('ImportRun')}
   WHERE env = $1 AND fingerprint = $2 AND finished_at IS NULL ORDER BY started_at DESC LIMIT 1`,
)

const begin = statement(
  'import_begin',
  sql`INSERT INTO ${tableOf('ImportRun')} (id, env, kind, fingerprint, source, state) VALUES ($1, $2, $3, $4, $5, $6)
   RETURNING ${select('ImportRun', ['startedAt'])}`,
)

const save = statement(
  'import_save',
  sql`UPDATE ${tableOf('ImportRun')} SET state = $2, updated_at = now() WHERE id = $1
   RETURNING ${expressions<{ id: string }>({ id: 'id' })}`,
)

const finish = statement(
  'import_finish',
  `UPDATE ${tableOf('ImportRun')} SET state = '{}', report = $2, updated_at = now(), finished_at = now() WHERE id = $1`,
)

/** An import, new or one that was interrupted. */
export type ImportRun = { id: string; startedAt: Date; state: ImportState; isResumed: boolean }

/** Has an import begin anew. */
export const beginAnew = (run: ImportRun): void => {
  run.state = { ...fresh }
  run.isResumed = false
}

/** The import of these files that was interrupted, else a new one. */
export const openRun = async (
  db: Transaction,
  { env, kind, fingerprint, source }: { env: string; kind: ImportKind; fingerprint: string; source: string },
): Promise<ImportRun> => {
  const [open] = await db.query(findOpen, [env, fingerprint])
  if (open) return { id: open.id, startedAt: open.startedAt, state: open.state as ImportState, isResumed: true }
  const id = newUlid()
  const [made] = await db.query(begin, [id, env, kind, fingerprint, source, JSON.stringify(fresh)])
  return { id, startedAt: made!.startedAt, state: { ...fresh }, isResumed: false }
}

/** Saves how far an import is. */
export const saveState = async (db: Transaction, { id, state }: ImportRun): Promise<void> => {
  await db.query(save, [id, JSON.stringify(state)])
}

/** Ends an import with what became of its rows. */
export const finishRun = async (
  db: Transaction,
  { id }: ImportRun,
  report: ImportReport | { error: string },
): Promise<void> => {
  await db.query(finish, [id, JSON.stringify(report)])
}

const end = statement(
  'import_end_interrupted',
  sql`UPDATE ${tableOf('ImportRun')} SET state = '{}', report = '{"error": "It was interrupted, and what it had read was dropped."}', finished_at = now()
   WHERE finished_at IS NULL AND updated_at <= now() - make_interval(days => $1) RETURNING ${expressions<{ id: string }>({ id: 'id' })}`,
)

/** Ends the imports that have saved nothing for so many days; how many. */
export const endInterrupted = async (db: Transaction, days: number): Promise<number> =>
  (await db.query(end, [days])).length

const openIds = statement(
  'import_open_ids',
  sql`SELECT ${select('ImportRun', ['id'])} FROM ${tableOf('ImportRun')} WHERE finished_at IS NULL`,
)

/** The imports that have not ended. */
export const openRuns = async (db: Transaction): Promise<Set<string>> =>
  new Set((await db.query(openIds)).map(({ id }) => id.toLowerCase()))
