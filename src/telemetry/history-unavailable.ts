import { ApiError, unavailable } from '../lib/errors.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'

/** What a caller of the API, who asked for `what`, is told when ClickHouse does not answer; any other error as it is. */
export const historyUnavailable = (error: unknown, what = 'viewer history'): unknown => {
  if (!(error instanceof ClickHouseError)) return error
  if (error.failure === 'limit')
    return new ApiError(
      'UNAVAILABLE',
      `The ${what} took too long: ask for less, or for a shorter range.`,
      {},
      { cause: error },
    )
  return error.failure === 'unavailable'
    ? unavailable(`The ${what} is unavailable now; everything else works, try again later.`, error)
    : error
}
