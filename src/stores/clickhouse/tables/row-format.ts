import { reasonText } from '../../../lib/errors.ts'
import type { ParameterValues } from '../parameters.ts'

/** The table that rows go to and the columns that each of them carries, in order. */
export type InsertTarget = { readonly table: string; readonly columns: readonly string[] }

/** What a value of each ClickHouse type is in TypeScript; DateTime keeps whole seconds and drops the rest. */
type ScalarValues = Omit<ParameterValues, 'UInt64' | 'Int64'> & {
  UInt64: number | bigint
  Int64: number | bigint
  DateTime: Date
}
type Scalar = keyof ScalarValues

/** The ClickHouse types that rows can be rendered for, spelled as in the table's definition. */
export type ColumnType = Scalar | `Nullable(${Scalar})` | `Array(${Scalar})`

type ValueOf<T extends ColumnType> = T extends Scalar
  ? ScalarValues[T]
  : T extends `Nullable(${infer S extends Scalar})`
    ? ScalarValues[S] | null
    : T extends `Array(${infer S extends Scalar})`
      ? readonly ScalarValues[S][]
      : never

/** One row: a value for every column of the definition. */
type RowValues<C extends Record<string, ColumnType>> = { readonly [K in keyof C]: ValueOf<C[K]> }

/** A table's insert columns and how its rows are written. */
export type RowFormat<C extends Record<string, ColumnType>> = InsertTarget & {
  /** The type of each column, without its codec or zone. */
  readonly types: C
  /** The row as one line of JSONCompactEachRow; throws RangeError for a value that ClickHouse would change or refuse. */
  render(values: RowValues<C>): string
}

type Render = (value: never) => string

const integer = (min: bigint, max: bigint): Render => {
  const low = Number(min)
  const high = Number(max)
  return (value: number | bigint) => {
    const inside = typeof value === 'bigint' ? value >= min && value <= max : value >= low && value <= high
    if (!inside || (typeof value === 'number' && !Number.isSafeInteger(value))) {
      throw new RangeError(`${value} is not an integer from ${min} to ${max}`)
    }
    return String(value)
  }
}

/** Text that JSON spells as itself: no quote, backslash, control character or surrogate. */
const plainText = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

const string = (value: string): string => (plainText.test(value) ? `"${value}"` : JSON.stringify(value.toWellFormed()))

const bool = (value: boolean): string => (value ? 'true' : 'false')

const float = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a finite number`)
  return String(value)
}

const seconds = (whole: number): string => String(whole).padStart(10, '0')

/** Instants are quoted seconds since 1970: all versions of ClickHouse read them alike, whatever zone they have. */
const wholeSeconds = (ms: number): string => `"${seconds(Math.floor(ms / 1_000))}"`

const milliseconds = (ms: number): string => {
  // Seconds with a sign lose it where they are 0; before 1970 the date is written out.
  if (ms < 0) return `"${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}"`
  const whole = Math.floor(ms / 1_000)
  return `"${seconds(whole)}.${String(ms - whole * 1_000).padStart(3, '0')}"`
}

/** What the columns of instants can hold: from, and to before. */
const instants = {
  DateTime: [0, 2 ** 32 * 1_000],
  'DateTime64(3)': [Date.parse('1900-01-01T00:00:00Z'), Date.parse('2300-01-01T00:00:00Z')],
} as const

/** Whether a column of the type can hold the instant. */
export const holdsInstant = (type: keyof typeof instants, instant: Date): boolean =>
  instant.getTime() >= instants[type][0] && instant.getTime() < instants[type][1]

const instant = (type: keyof typeof instants, quoted: (ms: number) => string): Render => {
  const [from, until] = instants[type].map((ms) => new Date(ms).toISOString())
  return (value: Date) => {
    if (!holdsInstant(type, value))
      throw new RangeError(`${value.getTime()} ms is not an instant from ${from} to ${until}`)
    return quoted(value.getTime())
  }
}

const scalars: Record<Scalar, Render> = {
  String: string,
  Bool: bool,
  UInt8: integer(0n, 2n ** 8n - 1n),
  UInt16: integer(0n, 2n ** 16n - 1n),
  UInt32: integer(0n, 2n ** 32n - 1n),
  UInt64: integer(0n, 2n ** 64n - 1n),
  Int32: integer(-(2n ** 31n), 2n ** 31n - 1n),
  Int64: integer(-(2n ** 63n), 2n ** 63n - 1n),
  Float64: float,
  DateTime: instant('DateTime', wholeSeconds),
  'DateTime64(3)': instant('DateTime64(3)', milliseconds),
}

const renderOf = (type: ColumnType): Render => {
  const [, wrapper, inner] = /^(Nullable|Array)\((.+)\)$/.exec(type) ?? []
  const scalar = scalars[(inner ?? type) as Scalar]
  if (wrapper === 'Nullable') return (value: never) => (value === null ? 'null' : scalar(value))
  if (wrapper === 'Array') return (values: never) => `[${(values as never[]).map(scalar).join(',')}]`
  return scalar
}

/**
 * The row format of one table. JSONCompactEachRow is read as fast as TabSeparated, is escaped natively where most text
 * needs no escaping at all, and carries arrays. ClickHouse silently wraps integers that do not fit and turns null into
 * a default, and it refuses lone surrogates, so ranges are checked here and text is made well-formed.
 */
export const rowFormat = <const C extends Record<string, ColumnType>>(table: string, types: C): RowFormat<C> => {
  const columns = Object.keys(types)
  const renders = columns.map((column) => renderOf(types[column]!))
  return {
    table,
    columns,
    types,
    render: (values) => {
      let line = ''
      let index = 0
      try {
        for (; index < columns.length; index++) {
          line += (index === 0 ? '[' : ',') + renders[index]!(values[columns[index]!] as never)
        }
      } catch (cause) {
        throw new RangeError(`${table}.${columns[index]}: ${reasonText(cause)}.`, { cause })
      }
      return `${line}]`
    },
  }
}
