/** What a value of each parameter type is in TypeScript. */
export type ParameterValues = {
  String: string
  Bool: boolean
  UInt8: number
  UInt16: number
  UInt32: number
  UInt64: bigint
  Int32: number
  Int64: bigint
  Float64: number
  'DateTime64(3)': Date
}
type Scalar = keyof ParameterValues

type ValueOf<Type extends string> = Type extends Scalar
  ? ParameterValues[Type]
  : Type extends `Array(${infer Item extends Scalar})`
    ? readonly ParameterValues[Item][]
    : never

/** The parameters that a statement's `{name:Type}` placeholders ask for. */
export type ParametersOf<Sql extends string> = Sql extends `${string}{${infer Name}:${infer Type}}${infer Rest}`
  ? { readonly [K in Name]: ValueOf<Type> } & ParametersOf<Rest>
  : unknown

type Encoding = {
  /** Says what is allowed when the value is not; null when it is. */
  refuse(value: never): string | null
  /** The value as SQL that a cast to the type turns into exactly this value. */
  literal(value: never): string
}

const escapes: Record<string, string> = { '\\': '\\\\', "'": "\\'", '\0': '\\0', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text as a literal. A raw NUL would end the statement at the C boundary of the embedded engine. */
export const quote = (text: string): string => `'${text.replace(/[\\'\0\n\r\t]/g, (character) => escapes[character]!)}'`

const integer = (min: bigint, max: bigint): Encoding => ({
  refuse: (value: number | bigint) => {
    const whole = typeof value === 'bigint' || Number.isSafeInteger(value)
    return whole && value >= min && value <= max ? null : `a whole number from ${min} to ${max}`
  },
  // Quoted, because numerals of mixed sign and size have no common type in an array.
  literal: (value: number | bigint) => (typeof value === 'bigint' ? `'${value}'` : String(value)),
})

// What a DateTime column can hold, which is less than DateTime64 can.
const lastInstant = 2 ** 32 * 1000 - 1

const scalars: Record<Scalar, Encoding> = {
  String: {
    refuse: (value: string) => (value.isWellFormed() ? null : 'text without lone surrogates'),
    literal: quote,
  },
  Bool: { refuse: () => null, literal: String },
  UInt8: integer(0n, 2n ** 8n - 1n),
  UInt16: integer(0n, 2n ** 16n - 1n),
  UInt32: integer(0n, 2n ** 32n - 1n),
  UInt64: integer(0n, 2n ** 64n - 1n),
  Int32: integer(-(2n ** 31n), 2n ** 31n - 1n),
  Int64: integer(-(2n ** 63n), 2n ** 63n - 1n),
  Float64: {
    refuse: (value: number) => (Number.isFinite(value) ? null : 'a finite number'),
    literal: (value: number) => `'${value}'`,
  },
  'DateTime64(3)': {
    refuse: (value: Date) =>
      value.getTime() >= 0 && value.getTime() <= lastInstant
        ? null
        : `an instant from 1970-01-01 to ${new Date(lastInstant).toISOString()}`,
    literal: (value: Date) => `fromUnixTimestamp64Milli(${value.getTime()}, 'UTC')`,
  },
}

const array = (item: Encoding): Encoding => ({
  refuse: (values: readonly never[]) => {
    for (const value of values) {
      const allowed = item.refuse(value)
      if (allowed !== null) return `a list of which each item is ${allowed}`
    }
    return null
  },
  literal: (values: readonly never[]) => `[${values.map(item.literal).join(',')}]`,
})

const encodingOf = (type: string): Encoding => {
  const item = /^Array\((.+)\)$/.exec(type)?.[1]
  const scalar = scalars[(item ?? type) as Scalar]
  if (!scalar) throw new TypeError(`${type} is not a parameter type.`)
  return item === undefined ? scalar : array(scalar)
}

/** A statement cut at its placeholders. */
export type Template = {
  readonly sql: string
  /** Throws RangeError that names the parameter for a value of ours that the engine would change silently. */
  check(parameters: object): void
  /** The statement with every placeholder replaced by a literal of its type, for an engine that binds no parameters. */
  render(parameters: object): string
}

const placeholder = /\{(\w+):([^{}]+)\}/g

/** Cuts a statement at its `{name:Type}` placeholders; throws TypeError for a type that has no encoding. */
export const template = (sql: string): Template => {
  const slots = [...sql.matchAll(placeholder)].map(([, name, type]) => ({
    name: name!,
    type: type!,
    encoding: encodingOf(type!),
  }))
  // split() with two groups yields text, name, type, text, name, type, ..., text.
  const texts = sql.split(placeholder).filter((_, index) => index % 3 === 0)
  const parameterOf = (parameters: object, name: string): never => {
    const value = (parameters as Record<string, never>)[name]
    if (value === undefined) throw new TypeError(`The parameter ${name} is missing.`)
    return value
  }
  return {
    sql,
    check: (parameters) => {
      for (const { name, encoding } of slots) {
        const allowed = encoding.refuse(parameterOf(parameters, name))
        if (allowed !== null) throw new RangeError(`The parameter ${name} must be ${allowed}.`)
      }
    },
    render: (parameters) =>
      texts
        .map((text, index) => {
          const slot = slots[index]
          if (!slot) return text
          return `${text}CAST(${slot.encoding.literal(parameterOf(parameters, slot.name))}, '${slot.type}')`
        })
        .join(''),
  }
}
