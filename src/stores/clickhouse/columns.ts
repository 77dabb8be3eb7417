/** How the values of one column are read from an answer in JSON. */
export type Column<T> = {
  /** Whether a value is one already and needs no reading, which spares large answers a copy. */
  is(value: unknown): boolean
  /** The value; throws TypeError when the answer holds something else. */
  read(value: unknown): T
}

const unexpected = (expected: string, value: unknown): never => {
  throw new TypeError(`expected ${expected}, got ${JSON.stringify(value)}`)
}

const kept = <T>(expected: string, is: (value: unknown) => boolean): Column<T> => ({
  is,
  read: (value) => (is(value) ? (value as T) : unexpected(expected, value)),
})

const converted = <T>(read: (value: unknown) => T): Column<T> => ({ is: () => false, read })

/** Text. */
export const text: Column<string> = kept('text', (value) => typeof value === 'string')

/** A number of at most 32 bits or a float; a 64-bit integer is printed as text and is refused here. */
export const number: Column<number> = kept('a number', (value) => typeof value === 'number')

/** A row with a number under each of these names. */
export const numbers = <Name extends string>(...names: Name[]): Record<Name, Column<number>> =>
  Object.fromEntries(names.map((name) => [name, number])) as Record<Name, Column<number>>

/** A boolean. */
export const bool: Column<boolean> = kept('a boolean', (value) => typeof value === 'boolean')

/** A 64-bit integer, without loss. */
export const bigint: Column<bigint> = converted((value) =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : unexpected('a 64-bit integer', value),
)

/** An instant that the statement selects as milliseconds since the epoch in Float64. */
export const instant: Column<Date> = converted((value) => new Date(number.read(value)))

/** A value or null. */
export const nullable = <T>({ is, read }: Column<T>): Column<T | null> => ({
  is: (value) => value === null || is(value),
  read: (value) => (value === null ? null : read(value)),
})

/** An array, or a tuple of one type. */
export const list = <T>(column: Column<T>): Column<T[]> =>
  converted((value) => (Array.isArray(value) ? readColumn(column, value) : unexpected('a list', value)))

/** The values of a column, in place where they are what they should be. */
export const readColumn = <T>({ is, read }: Column<T>, values: unknown[]): T[] =>
  values.every(is) ? (values as T[]) : values.map((value) => read(value))
