import { Worker } from 'node:worker_threads'
import { newUlid } from '../lib/ids.ts'
import type { Backlog, BatchLimits } from './batch-limits.ts'
import type { DeadLetterTotals } from './dead-letter.ts'
import { SpoolClosedError, SpoolDiskError, SpoolLockedError } from './spool-errors.ts'
import type { SpoolFile } from './spool-file.ts'
import type { SpoolLoss } from './spool-ledger.ts'

/** What the thread is started with. */
export type SpoolWorkerData = {
  directory: string
  openingId: string
  limits: Pick<BatchLimits, 'maxRows' | 'maxBytes'>
  maxFileBytes: number | undefined
  now: number
}
/** One call to the thread; replies come in the order of the requests, after the one that tells what was opened. */
export type SpoolRequest = { method: keyof SpoolFile; args: unknown[] }
/** The answer to one request; an error travels as its name and message. */
export type SpoolReply = { ok: true; value: unknown } | { ok: false; name: string; message: string }
/** What the file held when it was opened; `setAside` is the new path of a damaged predecessor. */
export type SpoolOpened = {
  backlogs: Map<string, Backlog>
  deadLetters: DeadLetterTotals
  setAside: string | null
  /** Rows that were acknowledged and are gone, of this opening and of those before it that told nobody. */
  losses: SpoolLoss[]
  /** Whether nobody can say what is missing. */
  ledgerIsUnreadable: boolean
  /** Whether neither a file nor a ledger was there. */
  isNew: boolean
}

/** The spool's file on a thread of its own: a commit waits for the disk, and that wait must not stop the event loop. */
export type SpoolThread = {
  opened: SpoolOpened
  /** Calls are carried out and answered in the order in which they were made. */
  call<M extends keyof SpoolFile>(method: M, ...args: Parameters<SpoolFile[M]>): Promise<ReturnType<SpoolFile[M]>>
  /** Carries out the calls made before, closes the file and ends the thread. */
  close(): Promise<void>
}

const knownErrors = new Map<string, new (message: string) => Error>([
  ['SpoolDiskError', SpoolDiskError],
  ['SpoolLockedError', SpoolLockedError],
])

/** Opens the spool's file on a new thread; rejects with SpoolLockedError or SpoolDiskError. */
export const startSpoolThread = async (options: Omit<SpoolWorkerData, 'openingId'>): Promise<SpoolThread> => {
  const workerData: SpoolWorkerData = { ...options, openingId: newUlid() }
  const worker = new Worker(new URL('./spool-worker.ts', import.meta.url), { workerData, name: 'spool' })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const waiting: { resolve: (value: never) => void; reject: (error: Error) => void }[] = []
  let ended: Error | null = null

  worker.on('message', (reply: SpoolReply | object) => {
    // In watch mode Node itself posts which modules a thread has loaded.
    if (!('ok' in reply)) return
    const { resolve, reject } = waiting.shift()!
    if (reply.ok) resolve(reply.value as never)
    else reject(new (knownErrors.get(reply.name) ?? Error)(reply.message))
  })
  worker.on('error', (error) => {
    ended = new SpoolDiskError(`The spool thread failed: ${error.message}`, { cause: error })
  })
  worker.on('exit', () => {
    ended ??= new SpoolClosedError('The spool is closed.')
    for (const { reject } of waiting.splice(0)) reject(ended)
  })

  const reply = <T>(): Promise<T> => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject }))
  const call: SpoolThread['call'] = (method, ...args) => {
    if (ended) return Promise.reject(ended)
    const answer = reply<ReturnType<SpoolFile[typeof method]>>()
    worker.postMessage({ method, args } satisfies SpoolRequest)
    return answer
  }

  const opened = await reply<SpoolOpened>()
  return {
    opened,
    call,
    close: async () => {
      if (!ended) await call('close')
      await exited
    },
  }
}
