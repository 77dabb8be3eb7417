/** Reads one value of a result as the engine printed it in JSON; throws TypeError when it is something else. */
export type Column<T> = (value: unknown) => T

const unexpected = (expected: string, value: unknown): never => {
  throw new TypeError(`expected ${expected}, got ${JSON.stringify(value)}`)
}

/** Text. */
export const text: Column<string> = (value) => (typeof value === 'string' ? value : unexpected('text', value))

/** A number of at most 32 bits or a float; a 64-bit integer is printed as text and is refused here. */
export const number: Column<number> = (value) => (typeof value === 'number' ? value : unexpected('a number', value))

/** A boolean. */
export const bool: Column<boolean> = (value) => (typeof value === 'boolean' ? value : unexpected('a boolean', value))

/** A 64-bit integer, without loss. */
export const bigint: Column<bigint> = (value) =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : unexpected('a 64-bit integer', value)

/** An instant that the statement selects as milliseconds since the epoch in Float64. */
export const instant: Column<Date> = (value) => new Date(number(value))

/** A value or null. */
export const nullable =
  <T>(column: Column<T>): Column<T | null> =>
  (value) =>
    value === null ? null : column(value)

/** An array, or a tuple of one type. */
export const list =
  <T>(column: Column<T>): Column<T[]> =>
  (value) =>
    Array.isArray(value) ? value.map(column) : unexpected('a list', value)
