import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../lib/backoff.ts'
import { isRetriableConflict } from '../stores/postgres/failure.ts'
import {
  beginPhase,
  beginStep,
  endPhase,
  endStep,
  makeBookkeeping,
  readSteps,
  savePosition,
  writeFindings,
} from './bookkeeping.ts'
import { noteStores, requireSameStores } from './same-stores.ts'
import { type AdoptionContext, ask, type Phase, type Step, type StepContext } from './step.ts'

/** How far a step is. `secondsLeft` is null until its pace is known. */
export type Progress = {
  step: string
  rowsDone: number
  rowsTotal: number
  secondsLeft: number | null
  isDone: boolean
}

/** How often the progress of a step is told, in milliseconds. */
const toldEveryMs = 1_000

/**
 * A batch waits for nobody for long, and what it writes itself does not call the triggers that keep old and new in step. Its plans are made
 * while our tables are nearly empty and have to be good when they are full. Its commit does not wait for the disk, so that its rows are free
 * sooner: what a crash of the server takes of it, it takes with the position.
 */
const settings = `SET LOCAL lock_timeout = '200ms'; SET LOCAL adoption.syncing = 'on'; SET LOCAL enable_seqscan = off; SET LOCAL synchronous_commit = off`

/** How long a batch should take, in milliseconds: writers of the old system may wait for its rows. */
const batchMs = 100
/** A small one may take longer: on a busy machine most of its time is for the turns between the two programs, whatever its size. */
const smallShare = 0.02
const smallBatchMs = 300
const smallestShare = 0.002

/** The share of the largest size that a batch should have, after one with `share` took so long. */
const nextShare = (share: number, tookMs: number): number => {
  const change = (goalMs: number) => Math.min(1.5, Math.max(0.2, goalMs / Math.max(1, tookMs)))
  const next = share * change(batchMs)
  if (next >= smallShare) return Math.min(1, next)
  return Math.max(smallestShare, Math.min(smallShare, share * change(smallBatchMs)))
}

/** How often a batch that stands in the way of others is tried again. */
const attempts = 200

/** Runs work again as long as it only stood in somebody's way; what waited for a lock gave up so that others need not wait behind it. */
export const untilNobodyIsInTheWay = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (failures + 1 >= attempts || !isRetriableConflict(error)) throw error
      await delay(backoffMs(failures, { baseMs: 20, maxMs: 500 }))
    }
  }
}

/** After how many rows the tables that a step fills are analyzed first, and how many times as many come before the next time. */
const analyzedAfter = 200
const analyzedFactor = 4

/**
 * Makes everybody plan anew, also the triggers in connections of others. Of an empty table any index looks as good as the right one, and its plan
 * would be kept while the table grows.
 */
const analyze = async ({ db }: AdoptionContext, { fills = [] }: Step): Promise<void> => {
  const filled = await db.query(
    ask<{ name: string }>('SELECT name FROM unnest($1::text[]) AS t(name) WHERE to_regclass(name) IS NOT NULL'),
    [fills],
  )
  for (const { name: table } of filled) await db.query(ask(`ANALYZE ${table}`))
}

const runStep = async (
  step: Step,
  context: AdoptionContext,
  begun: { position: unknown; rowsDone: number; rowsTotal: number },
  tell: (progress: Progress) => void,
): Promise<void> => {
  const { db, signal } = context
  const { name } = step
  const startedAt = performance.now()
  let { position, rowsDone } = begun
  let toldAt = startedAt
  let analyzedAt = analyzedAfter
  const progress = (isDone: boolean): Progress => {
    const rowsTotal = isDone ? rowsDone : Math.max(rowsDone, begun.rowsTotal)
    const rate = (rowsDone - begun.rowsDone) / ((performance.now() - startedAt) / 1_000)
    const secondsLeft = isDone ? 0 : rate > 0 ? Math.ceil((rowsTotal - rowsDone) / rate) : null
    return { step: name, rowsDone, rowsTotal, secondsLeft, isDone }
  }
  const given: StepContext = {
    ...context,
    find: writeFindings,
    async batches(work) {
      let share = 0.05
      const size = (most: number): number => Math.max(1, Math.round(most * share))
      for (;;) {
        let begunAt = performance.now()
        const batch = await untilNobodyIsInTheWay(signal, () =>
          db.transaction(async (tx) => {
            begunAt = performance.now()
            await tx.query(ask(settings))
            const done = await work(tx, position as never, size)
            await savePosition(tx, name, done.position, done.rows)
            return done
          }),
        )
        share = nextShare(share, performance.now() - begunAt)
        // As it comes out of JSON, so that a batch after a kill is given nothing else.
        position = JSON.parse(JSON.stringify(batch.position ?? null))
        rowsDone += batch.rows
        if (batch.done) return
        if (rowsDone >= analyzedAt) {
          analyzedAt = rowsDone * analyzedFactor
          await analyze(context, step)
        }
        if (performance.now() - toldAt >= toldEveryMs) {
          toldAt = performance.now()
          tell(progress(false))
        }
      }
    },
  }
  await step.run(given)
  await analyze(context, step)
  await endStep(db, name)
  tell(progress(true))
}

/** Runs the steps of a phase that are not done yet, in their order, and tells how far they are. Running it again goes on where it was. */
export const runSteps = async (
  phase: Phase,
  steps: readonly Step[],
  context: AdoptionContext,
  tell: (progress: Progress) => void,
): Promise<void> => {
  const { db, signal } = context
  await makeBookkeeping(db)
  if (phase === 'phase-a') await noteStores(context)
  await requireSameStores(context)
  for (const step of steps) {
    signal.throwIfAborted()
    const known = (await readSteps(db)).find(({ name }) => name === step.name)
    const isOver = known?.finishedAt != null
    if (isOver && !step.isRepeated) continue
    const { rows } = await step.estimate(context)
    // Only now: a first step that refuses by its estimate refuses the phase, which then has not begun.
    await beginPhase(db, phase)
    await beginStep(db, step, { rows: Math.round((isOver ? 0 : (known?.rowsDone ?? 0)) + rows), isRepeated: isOver })
    const begun = (await readSteps(db)).find(({ name }) => name === step.name)!
    await runStep(step, context, begun, tell)
  }
  await endPhase(db, phase)
}
