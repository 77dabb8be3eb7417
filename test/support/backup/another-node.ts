import path from 'node:path'
import { answerBackups } from '../../../src/backup/answer-backups.ts'
import type { Movers } from '../../../src/backup/stand-still.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { createGate } from '../../../src/lib/gate.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import { probeByNumber } from './probe-by-number.ts'
import type { openSavedSystem } from './saved-system.ts'

type SavedSystem = Pick<Awaited<ReturnType<typeof openSavedSystem>>, 'db' | 'store'>

/** Another node of a system. `change` is what it has in place of its own parts. */
export const openAnotherNode = async (
  { db, store }: SavedSystem,
  node: string,
  {
    holdMs,
    change = (parts) => parts,
  }: { holdMs?: number; change?: (parts: Movers, probe: ReturnType<typeof probeByNumber>) => Movers } = {},
) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('another-node'))
  const spool = opened.use(
    await openSpool({ directory: path.join(directory.path, 'spool'), maxBytes: 1e9, log: silentLog, clock: Date.now }),
  )
  const shipper = opened.use(startShipper({ spool, sink: store, log: silentLog, clock: Date.now }))
  const probe = probeByNumber(spool)
  const parts = change({ spool, shipper, gate: createGate() }, probe)
  const answering = opened.use(
    answerBackups({
      ...parts,
      db,
      tier: 'test',
      node,
      scratch: path.join(directory.path, 'backup'),
      log: silentLog,
      everyMs: 20,
      ...(holdMs !== undefined && { holdMs }),
    }),
  )
  const stack = opened.move()
  return {
    probe,
    spool,
    shipper,
    /** It answers no more. */
    leave: () => answering[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
