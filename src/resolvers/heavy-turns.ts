import { type ConcurrencyLimit, limitConcurrency } from '../lib/concurrency-limit.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import type { ReadPool } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse, QueryOptions } from '../stores/clickhouse/open-clickhouse.ts'
import type { TakePlace } from './heavy-callers.ts'

/** How long a heavy query waits for those of its own operation, in milliseconds: as long as it would wait for those of others. */
const longestWaitMs = 30_000

const tooMany = () =>
  new ClickHouseError('limit', `No turn came within ${longestWaitMs} ms: the operation has too many heavy queries.`)

/**
 * The store as one operation sees it: its heavy queries take turns, so that it has at most one place in the heavy pool or in the queue of that pool.
 * Other operations get their turn in between, however much this one asks for. Light queries do not wait, and neither do streams, which no operation
 * opens. With `takePlace` the operation counts as one of its caller's while it has heavy queries. A query whose turn does not come in 30 seconds rejects with a ClickHouseError of failure `limit`.
 */
export const withHeavyTurns = (store: ClickHouse, takePlace?: TakePlace): ClickHouse => {
  // Most operations have no heavy query.
  let turns: ConcurrencyLimit | undefined
  let unanswered = 0
  let leavePlace: (() => void) | undefined
  /** The operation keeps its place for as long as one of its heavy queries is unanswered. */
  const inPlace = async <T>(work: () => Promise<T>): Promise<T> => {
    if (unanswered === 0) leavePlace = takePlace?.()
    unanswered++
    try {
      return await work()
    } finally {
      unanswered--
      if (unanswered === 0) leavePlace?.()
    }
  }
  const inTurn = <T>(
    query: { readonly pool: ReadPool },
    { pool = query.pool, signal }: QueryOptions = {},
    ask: () => Promise<T>,
  ): Promise<T> => {
    if (pool !== 'heavy') return ask()
    turns ??= limitConcurrency({ slots: 1, maxWaitMs: longestWaitMs }, tooMany)
    const limit = turns
    return inPlace(() => limit.run(ask, signal))
  }
  return {
    ...store,
    query: (query, parameters, options) => inTurn(query, options, () => store.query(query, parameters, options)),
    columns: (query, parameters, options) => inTurn(query, options, () => store.columns(query, parameters, options)),
    numbers: (query, parameters, options) => inTurn(query, options, () => store.numbers(query, parameters, options)),
    together: (question, options) => inTurn({ pool: 'light' }, options, () => store.together(question, options)),
  }
}
