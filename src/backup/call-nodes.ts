import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../lib/errors.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { deleteCall, insertCall, selectAnswers, takeCall } from './backup-calls.ts'

/** Other nodes that take part in a backup. Disposing lets them go on. */
export type CalledNodes = AsyncDisposable & {
  /** Resolves when all stand still, with since when the first does; null without others. */
  standing(): Promise<Date | null>
  /** Says that the snapshots are taken; resolves when each node has said that it stood still until then. */
  release(): Promise<void>
  /** Resolves when all have handed over the copies of their spools. */
  sent(): Promise<void>
}

export type CallOptions = {
  /** The id of the backup. */
  id: string
  tier: string
  /** The node that makes the backup. */
  node: string
  /** The nodes that have to answer. */
  called: readonly string[]
  signal: AbortSignal
  /** For how long each step is waited for. */
  patienceMs: number
}

const lookMs = 50

/** Calls the other nodes to stand still for a backup. A ConfigError of a step says which node does not, and why. */
export const callNodes = async (db: Postgres, options: CallOptions): Promise<CalledNodes> => {
  const { id, tier, node, called, signal, patienceMs } = options
  if (called.length > 0) await db.query(insertCall, [id, tier, node])
  type Answer = Awaited<ReturnType<typeof answers>>[number]
  const answers = () => db.query(selectAnswers, [id])
  /** Waits until every called node has answered so. */
  const waitFor = async (isThere: (answer: Answer) => boolean, what: string): Promise<Answer[]> => {
    const until = performance.now() + patienceMs
    for (;;) {
      const given = called.length > 0 ? await answers() : []
      const refused = given.find(({ refusal }) => refusal !== null)
      if (refused) throw new ConfigError(`Node ${refused.node} can not take part in the backup: ${refused.refusal}`)
      const missing = called.filter((name) => !given.some((answer) => answer.node === name && isThere(answer)))
      if (missing.length === 0) return given
      if (performance.now() > until)
        throw new ConfigError(
          `Node ${missing.join(', ')} did not ${what} within ${patienceMs / 1_000} s. Look at its log, or stop it for the moment of the backup.`,
        )
      await delay(lookMs, undefined, { signal })
    }
  }
  return {
    async standing() {
      const given = await waitFor(({ stoodAt }) => stoodAt !== null, 'stand still for the backup')
      const instants = given.flatMap(({ stoodAt }) => (stoodAt ? [stoodAt.getTime()] : []))
      return instants.length > 0 ? new Date(Math.min(...instants)) : null
    },
    async release() {
      if (called.length > 0) await db.query(takeCall, [id])
      await waitFor(({ held }) => held, 'say that it stood still')
    },
    async sent() {
      await waitFor(({ isSent }) => isSent, 'hand over the rows on its disk')
    },
    async [Symbol.asyncDispose]() {
      if (called.length > 0) await db.query(deleteCall, [id])
    },
  }
}
