import type { MessagePort } from 'node:worker_threads'
import type { BackupJobs, BackupThreadData, JobName, ThreadMessage, ThreadOrder } from './backup-thread.ts'
import { type Destination, openDestination } from './destination.ts'
import { createPace, type Work } from './pace.ts'
import { isStuck } from './patience.ts'
import { finishBackup, lookAtPlace } from './place-jobs.ts'
import { saveRows } from './save-rows.ts'
import { packFailure } from './thread-failure.ts'

type Context = { destination: Destination; work: Work; tell(message: ThreadMessage): void }

const jobs: {
  [Name in JobName]: (input: BackupJobs[Name]['input'], context: Context) => Promise<BackupJobs[Name]['result']>
} = {
  look: (_, { destination }) => lookAtPlace(destination),
  save: (input, { destination, work, tell }) => saveRows(destination, input, work, (step) => tell({ step })),
  finish: (input, { destination, work }) => finishBackup(destination, input, work),
}

/** Does what the main thread orders, one after the other, until it says that this is all. */
export const doJobs = (port: MessagePort, { opening }: BackupThreadData): void => {
  const stopping = new AbortController()
  const tell = (message: ThreadMessage): void => port.postMessage(message)
  const destination = openDestination(opening.place, '/', opening.s3, opening.silentMs)
  const { signal } = stopping
  const context: Context = { destination, work: { signal, pace: createPace(signal) }, tell }
  port.on('message', async (order: ThreadOrder) => {
    if (order === 'stop') return stopping.abort()
    if (order === 'end') {
      port.close()
      return destination[Symbol.asyncDispose]()
    }
    try {
      tell({ done: await jobs[order.job](order.input as never, context) })
    } catch (error) {
      tell({ failure: packFailure(error), isStuck: isStuck() })
    }
  })
}
