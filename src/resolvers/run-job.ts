import { setTimeout as delay } from 'node:timers/promises'
import { recordAction } from '../audit/record-action.ts'
import { reasonText } from '../lib/errors.ts'
import type { Context } from './context.ts'
import { operationsOf } from './operations.ts'
import type { OperationsJob } from './operations-parts.ts'
import { type NotFound, notFound } from './problems.ts'

/** How long an answer waits for a run, which goes on after that. */
const patienceMs = 10_000

export type RunJobSuccess = { __typename: 'RunJobSuccess'; job: OperationsJob; hasEnded: boolean }

/** The run has ended and failed. */
export type JobFailed = { __typename: 'JobFailed'; code: 'JOB_FAILED'; message: string }

/** Runs a job now, or joins the run that is under way on whatever node, and waits a while for its end. */
export const runJob = async (
  context: Context,
  { name }: { name: string },
): Promise<RunJobSuccess | JobFailed | NotFound> => {
  const { operations, databases, log } = context
  if (!operations.jobs.some((known) => known.name === name)) return notFound('There is no job of this name.')
  await databases.dm.transaction((tx) =>
    recordAction(tx, 'dm', context, { action: 'job.run', target: `job:${name}`, after: { job: name } }),
  )
  const run = operations.runJob(name)
  run.catch((error: unknown) => log.warn({ job: name, err: reasonText(error) }, 'a run by hand was given up'))
  const patience = new AbortController()
  const outcome = await Promise.race([run, delay(patienceMs, null, { signal: patience.signal })]).finally(() =>
    patience.abort(),
  )
  const job = (await operationsOf(context).jobs()).find((known) => known.name === name)!
  if (outcome === null || outcome.ok) return { __typename: 'RunJobSuccess', job, hasEnded: outcome !== null }
  const { state, text } = job.lastRun ?? {}
  const reason = state === 'failed' && text ? text : 'The log of the server says why.'
  return { __typename: 'JobFailed', code: 'JOB_FAILED', message: `The job ${name} has failed. ${reason}` }
}
