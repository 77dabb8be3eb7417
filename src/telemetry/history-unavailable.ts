import { ApiError, unavailable } from '../lib/errors.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'

/** What a caller of the API is told when ClickHouse does not answer; any other error as it is. */
export const historyUnavailable = (error: unknown): unknown => {
  if (!(error instanceof ClickHouseError)) return error
  if (error.failure === 'limit')
    return new ApiError(
      'UNAVAILABLE',
      'The viewer history took too long: ask for a shorter range or fewer channels.',
      {},
      { cause: error },
    )
  return error.failure === 'unavailable'
    ? unavailable('The viewer history is unavailable now; everything else works, try again later.', error)
    : error
}
