import { ApiError, unavailable } from '../lib/errors.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import type { ReadPool } from '../stores/clickhouse/named-query.ts'

// More rows than this keep the engine busy for over a tenth of a second.
const maxLightRows = 200_000

/** The pool of a query that reads about so many rows. */
export const readPoolFor = (rows: number): ReadPool => (rows > maxLightRows ? 'heavy' : 'light')

/** Makes a handler of rejections: where ClickHouse does not answer, the caller gets UNAVAILABLE for `what`; others are rethrown. */
export const historyUnavailable =
  (what = 'viewer history') =>
  (error: unknown): never => {
    if (!(error instanceof ClickHouseError)) throw error
    if (error.failure === 'limit')
      throw new ApiError(
        'UNAVAILABLE',
        `The ${what} took too long: ask for less, or for a shorter range.`,
        {},
        { cause: error },
      )
    if (error.failure === 'busy')
      throw unavailable(
        `The ${what} is busy with other questions now; everything else works, try again in a moment.`,
        error,
      )
    if (error.failure === 'unavailable')
      throw unavailable(`The ${what} is unavailable now; everything else works, try again later.`, error)
    throw error
  }
