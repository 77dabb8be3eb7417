import { reasonText } from '../../lib/errors.ts'
/**
 * Why a statement failed: `unavailable`, no answer now; `busy`, it was not begun because too many others wait or run; `limit`, it
 * cost more than allowed; `rows`, the content of the rows was refused and nothing was stored; `statement`, the statement does not
 * fit the schema.
 */
export type ClickHouseFailure = 'unavailable' | 'busy' | 'limit' | 'rows' | 'statement'

/** A failed statement. The message may name hosts and SQL: it is for logs, never for callers of the API. */
export class ClickHouseError extends Error {
  readonly failure: ClickHouseFailure
  /** ClickHouse's own error number; null when the failure did not come from the engine. */
  readonly code: number | null

  constructor(failure: ClickHouseFailure, message: string, code: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ClickHouseError'
    this.failure = failure
    this.code = code
  }

  /** False only when the rows themselves are the reason, so that the same bytes can never be stored. */
  get retriable(): boolean {
    return this.failure !== 'rows'
  }
}

// A value can not be parsed, converted or kept, or breaks a constraint.
const rowCodes = new Set([6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 190, 321, 349, 467, 469])
// Too many rows, too long, too slow, too much memory, too many bytes, too large a result.
const limitCodes = new Set([158, 159, 160, 241, 307, 396])
// Overload, network, files, memory, threads, coordination, shutdown, credentials: the statement may be fine.
const unavailableCodes = new Set([
  23, 24, 74, 75, 76, 77, 87, 88, 95, 96, 172, 173, 193, 194, 198, 202, 203, 204, 209, 210, 214, 225, 236, 242, 243,
  252, 272, 273, 274, 275, 279, 285, 286, 298, 299, 301, 303, 319, 335, 363, 364, 369, 394, 400, 402, 410, 411, 412,
  425, 439, 460, 499, 516, 573, 735, 745, 999,
])

/** What an engine error number says; a number that is not known to blame the rows never does. */
export const failureOf = (code: number): ClickHouseFailure => {
  if (rowCodes.has(code)) return 'rows'
  if (limitCodes.has(code)) return 'limit'
  return unavailableCodes.has(code) ? 'unavailable' : 'statement'
}

/** The engine's number in the errors of both drivers: `clickhouseCode` in process, a decimal `code` over HTTP. */
const codeOf = (error: object): number | null => {
  if ('clickhouseCode' in error && typeof error.clickhouseCode === 'number') return error.clickhouseCode
  if ('code' in error && typeof error.code === 'string' && /^\d+$/.test(error.code)) return Number(error.code)
  return null
}

// The engine's class for what the operating system refused, whatever it was doing: no file, memory, thread or room is left.
const refusedBySystem = /\bErrnoException\b/

/** The failure that the engine's number and text tell of. */
export const engineError = (code: number, message: string, cause: unknown): ClickHouseError =>
  new ClickHouseError(refusedBySystem.test(message) ? 'unavailable' : failureOf(code), message, code, cause)

/** Any rejection of a driver as a ClickHouseError; one without an engine number means that no answer came. */
export const toClickHouseError = (error: unknown): ClickHouseError => {
  if (error instanceof ClickHouseError) return error
  const message = reasonText(error)
  const code = typeof error === 'object' && error !== null ? codeOf(error) : null
  return code === null ? new ClickHouseError('unavailable', message, code, error) : engineError(code, message, error)
}

// An unknown user, a wrong password, a missing one, or not told which of these.
const loginCodes = new Set([192, 193, 194, 516])

/** Whether the server answered that it does not know this login. */
export const loginIsRefused = (error: unknown): boolean =>
  error instanceof ClickHouseError && error.code !== null && loginCodes.has(error.code)
