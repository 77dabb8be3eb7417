import { Worker } from 'node:worker_threads'
import type { Destination, Opening } from './destination.ts'
import { giveUp } from './patience.ts'
import type { Finished, PlaceState, Unfinished } from './place-jobs.ts'
import type { Rows, RowsStep, Saved } from './save-rows.ts'
import { type ThreadFailure, unpackFailure } from './thread-failure.ts'

/** What the thread does, with what it needs and what comes of it. */
export type BackupJobs = {
  /** Clears the place up and looks what is there. */
  look: { input: null; result: PlaceState }
  save: { input: Rows; result: Saved }
  finish: { input: Unfinished; result: Finished }
}
export type JobName = keyof BackupJobs

/** What the thread is started with. */
export type BackupThreadData = { opening: Opening }

/** What is said to the thread: a job, that what is under way is to be ended, or that this was all. */
export type ThreadOrder =
  | { [Name in JobName]: { job: Name; input: BackupJobs[Name]['input'] } }[JobName]
  | 'stop'
  | 'end'

/** What the thread says: how far a job is, and at last what came of it, or why it failed, and whether one of its calls hangs. */
export type ThreadMessage =
  | { step: RowsStep }
  | { done: BackupJobs[JobName]['result'] }
  | { failure: ThreadFailure; isStuck: boolean }

type Ended = Exclude<ThreadMessage, { step: RowsStep }>

/** The thread of a backup, which everything at the place is left to. Disposing ends it. */
export type BackupThread = AsyncDisposable & {
  /** Does one job. Fails as its work does, and with the reason of the signal where that ends it. */
  run<Name extends JobName>(job: Name, input: BackupJobs[Name]['input']): Promise<BackupJobs[Name]['result']>
}

/**
 * Starts a thread of low priority for what a backup reads, hashes, packs and writes: that is much work, and nobody waits for it. `onStep` is told
 * what is done; what it throws ends the job.
 */
export const startBackupThread = (
  { opening, objects }: Destination,
  signal: AbortSignal,
  onStep: (step: RowsStep) => void,
): BackupThread => {
  const broken = new AbortController()
  const ending = AbortSignal.any([signal, broken.signal])
  const workerData: BackupThreadData = { opening }
  const worker = new Worker(new URL('./backup-worker.ts', import.meta.url), { workerData, name: 'backup' })
  const say = (order: ThreadOrder): void => worker.postMessage(order)
  let waiting: PromiseWithResolvers<Ended> | undefined
  let isStuck = false
  let failed: Error | undefined
  const end = (error: Error): void => {
    failed ??= error
    waiting?.reject(failed)
  }
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.once('error', end)
  worker.once('exit', (code) => end(new Error(`The thread of the backup ended with ${code}.`)))
  worker.on('message', (message: ThreadMessage | object) => {
    if ('done' in message || 'failure' in message) return waiting?.resolve(message)
    // In watch mode Node itself posts which modules a thread has loaded.
    if (!('step' in message)) return
    try {
      onStep(message.step)
    } catch (error) {
      broken.abort(error)
    }
  })
  const stop = () => say('stop')
  ending.addEventListener('abort', stop)
  return {
    async run<Name extends JobName>(job: Name, input: BackupJobs[Name]['input']) {
      ending.throwIfAborted()
      if (failed) throw failed
      waiting = Promise.withResolvers()
      say({ job, input } as ThreadOrder)
      const ended = await waiting.promise
      // What is done is done, though the caller has gone meanwhile.
      if ('done' in ended) {
        broken.signal.throwIfAborted()
        return ended.done as BackupJobs[Name]['result']
      }
      isStuck = ended.isStuck
      ending.throwIfAborted()
      throw unpackFailure(ended.failure)
    },
    async [Symbol.asyncDispose]() {
      ending.removeEventListener('abort', stop)
      say('end')
      // A call that hangs keeps the thread, and nobody waits for that.
      if (isStuck) giveUp(objects.place, exited)
      else await exited
    },
  }
}
