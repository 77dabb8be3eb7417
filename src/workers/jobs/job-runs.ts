import { ApiError, reasonText } from '../../lib/errors.ts'
import { ObjectStoreError } from '../../stores/objects/object-store.ts'
import { expressions } from '../../stores/postgres/model.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import { sql, statement } from '../../stores/postgres/statement.ts'
import { type JobScope, queueSchema } from '../job-scope.ts'

/** A run of a job on any node, under way or ended. */
export type JobRun = {
  job: string
  state: 'running' | 'succeeded' | 'failed'
  startedAt: Date
  /** Null while it is under way, and where it failed and waits to be tried again. */
  finishedAt: Date | null
  /** What it did, or why it failed, as a sentence for the outside; null while it is under way. */
  text: string | null
}

type Row = { job: string; state: string; startedAt: Date; finishedAt: Date | null; output: unknown }

const ofScopes = <T>(make: (scope: JobScope) => T): Record<JobScope, T> => ({
  tier: make('tier'),
  environment: make('environment'),
})

// Of each job the run under way and the latest that ended. A few thousand rows: the queue forgets runs after three days.
const readRuns = ofScopes((scope) =>
  statement(
    `job_runs_${scope}`,
    sql`SELECT ${expressions<Row>({
      job: 'name',
      state: 'state',
      startedAt: 'started_on',
      finishedAt: 'completed_on',
      output: 'output',
    })}
   FROM (
     SELECT name, state::text AS state, started_on, completed_on, output,
       row_number() OVER (PARTITION BY name, state = 'active' ORDER BY started_on DESC) AS place
     FROM ${queueSchema[scope]}.job
     WHERE name = ANY ($1) AND started_on IS NOT NULL AND state IN ('active', 'retry', 'completed', 'failed', 'cancelled')) runs
   WHERE place = 1`,
  ),
)

/** The names of errors whose messages are sentences for the outside. */
const told = new Set([ApiError.name, ObjectStoreError.name])

const failureText = (output: unknown): string => {
  const { name, message } = (output ?? {}) as { name?: unknown; message?: unknown }
  return told.has(String(name)) && typeof message === 'string' ? message : 'The log of the server says why.'
}

const stateOf = (state: string): JobRun['state'] =>
  state === 'active' ? 'running' : state === 'completed' ? 'succeeded' : 'failed'

const isMissingTable = (error: unknown): boolean => (error as { code?: unknown }).code === '42P01'

/** The run under way and the latest run that ended of these jobs of one scope, on whatever node; none where no node ever ran jobs. One statement. */
export const readJobRuns = async (db: Transaction, scope: JobScope, names: readonly string[]): Promise<JobRun[]> => {
  const rows = await db.query(readRuns[scope], [names]).catch((error: unknown) => {
    if (isMissingTable(error)) return []
    throw error
  })
  return rows.map(({ output, ...run }) => {
    const state = stateOf(run.state)
    const text = state === 'running' ? null : state === 'succeeded' ? reasonText(output) : failureText(output)
    return { ...run, state, text }
  })
}
