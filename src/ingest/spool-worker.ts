import { parentPort, workerData } from 'node:worker_threads'
import { openSpoolDatabase, toSpoolError } from './spool-database.ts'
import { createSpoolFile } from './spool-file.ts'
import { createLedgerKeeper, openLedger } from './spool-ledger.ts'
import type { SpoolOpened, SpoolReply, SpoolRequest, SpoolWorkerData } from './spool-thread.ts'

/** The thread that owns the spool's file: opens it, then answers one request after another in the order of arrival. */
const { directory, openingId, limits, maxFileBytes, now } = workerData as SpoolWorkerData
const port = parentPort!

const answer = (work: () => unknown): void => {
  try {
    const value = work()
    const body = (value as { batch?: { body: Uint8Array<ArrayBuffer> } | null } | null | undefined)?.batch?.body
    port.postMessage({ ok: true, value } satisfies SpoolReply, body ? [body.buffer] : [])
  } catch (error) {
    const { name, message } = toSpoolError(error) as Error
    port.postMessage({ ok: false, name, message } satisfies SpoolReply)
  }
}

answer((): SpoolOpened => {
  const { database, setAside, losses, ledgerIsUnreadable, isNew } = openSpoolDatabase(directory, now, maxFileBytes)
  const keeper = createLedgerKeeper(openLedger(directory), openingId, losses)
  const file = createSpoolFile(database, { openingId, limits, now, keeper })
  port.on('message', ({ method, args }: SpoolRequest) => {
    answer(() => (file[method] as (...args: unknown[]) => unknown)(...args))
    if (method === 'close') port.close()
  })
  return {
    backlogs: file.backlogs(),
    deadLetters: file.deadLetterTotals(),
    setAside,
    losses,
    ledgerIsUnreadable,
    isNew,
  }
})
