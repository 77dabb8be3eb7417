import { setTimeout as delay } from 'node:timers/promises'
import { reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

/** Resolves when a part can do its work, or with one sentence for the outside why it can not; throwing counts as not answering. */
export type ReadinessCheck = { name: string; check: () => Promise<string | null> }

const checkTimeoutMs = 2_000

/** Why this process can not serve now, one sentence each without any secret; empty when it can. */
export const reasonsNotReady = async (checks: readonly ReadinessCheck[], log: Log): Promise<string[]> => {
  const reasons = await Promise.all(
    checks.map(async ({ name, check }) => {
      const silent = `${name} does not answer.`
      const patience = new AbortController()
      try {
        return await Promise.race([check(), delay(checkTimeoutMs, silent, { signal: patience.signal })])
      } catch (error) {
        log.warn({ check: name, err: reasonText(error) }, 'a readiness check failed')
        return silent
      } finally {
        patience.abort()
      }
    }),
  )
  return reasons.filter((reason) => reason !== null)
}
