import { type Steady, systemSteady } from '../lib/clock.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { OpenTarget } from '../targets/target.ts'
import type { TargetRow } from './delivery-store.ts'

/** Opens a target as it is stored; throws a sentence where that can not be done. */
export type OpenRow = (row: TargetRow) => OpenTarget

/** Targets that stay open between their deliveries. Disposing closes all; nothing is lent any more by then. */
export type OpenedTargets = AsyncDisposable & {
  /** Lends a target as it is stored, until it is given back by disposing. */
  lend(row: TargetRow): Disposable & { target: OpenTarget }
}

type Opened = { version: number; target: OpenTarget; lent: number; usedAt: number }

/** A target that was not used for so long is closed: it may have been deleted. */
const idleMs = 60_000

/** A target that can not be opened fails like one that does not answer. */
const brokenTarget = (reason: string): OpenTarget => ({
  send: async () => ({ kind: 'retry', status: null, answer: reason, ms: 0 }),
  async [Symbol.asyncDispose]() {},
})

/** Keeps each target open as of its newest version. One of before is closed when its last attempt has ended, and breaks none off. */
export const keepTargetsOpen = ({
  open,
  log,
  steady = systemSteady,
}: {
  open: OpenRow
  log: Log
  steady?: Steady
}): OpenedTargets => {
  const newest = new Map<string, Opened>()
  const closing = new Set<Promise<void>>()

  const close = ({ target }: Opened): void => {
    const work = Promise.resolve(target[Symbol.asyncDispose]())
      .catch((error: unknown) => log.warn({ err: reasonText(error) }, 'a target of alerts did not close well'))
      .finally(() => void closing.delete(work))
    closing.add(work)
  }

  const forget = (id: string, opened: Opened): void => {
    newest.delete(id)
    if (opened.lent === 0) close(opened)
  }

  const openRow = (row: TargetRow): OpenTarget => {
    try {
      return open(row)
    } catch (error) {
      return brokenTarget(reasonText(error))
    }
  }

  const openedOf = (row: TargetRow): Opened => {
    const known = newest.get(row.id)
    if (known?.version === row.version) return known
    if (known) forget(row.id, known)
    const opened = { version: row.version, target: openRow(row), lent: 0, usedAt: steady() }
    newest.set(row.id, opened)
    return opened
  }

  return {
    lend(row) {
      const opened = openedOf(row)
      opened.lent++
      const unused = steady() - idleMs
      for (const [id, other] of newest) if (other.lent === 0 && other.usedAt < unused) forget(id, other)
      return {
        target: opened.target,
        [Symbol.dispose]() {
          opened.lent--
          opened.usedAt = steady()
          if (opened.lent === 0 && newest.get(row.id) !== opened) close(opened)
        },
      }
    },
    async [Symbol.asyncDispose]() {
      for (const [id, opened] of [...newest]) forget(id, opened)
      await Promise.all(closing)
    },
  }
}
