import { type ConcurrencyLimit, type ConcurrencyLimits, limitConcurrency } from '../../lib/concurrency-limit.ts'
import { ClickHouseError } from './clickhouse-error.ts'

/** Statements that run and wait at once. */
export type QueryPoolLimits = Required<ConcurrencyLimits>

/** A limit for statements. Its refusals are ClickHouseErrors of failure `busy`, or `unavailable` where it is closed. */
export const createQueryPool = (name: string, limits: QueryPoolLimits): ConcurrencyLimit => {
  const messages = {
    closed: 'ClickHouse is being closed.',
    full: `${limits.maxQueued} ${name} statements are waiting already.`,
    late: `No ${name} slot became free within ${limits.maxWaitMs} ms.`,
  }
  return limitConcurrency(
    limits,
    (reason) => new ClickHouseError(reason === 'closed' ? 'unavailable' : 'busy', messages[reason]),
  )
}
