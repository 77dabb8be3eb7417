/** The types of columns that are read as numbers; null is NaN. */
export type NumberType =
  | 'UInt8'
  | 'UInt16'
  | 'UInt32'
  | 'Int32'
  | 'Float64'
  | `Nullable(${'UInt8' | 'UInt16' | 'UInt32' | 'Int32' | 'Float64'})`

/** Every column of an answer as numbers, by name. */
export type NumberColumns<Name extends string> = { readonly [N in Name]: Float64Array<ArrayBuffer> }

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

const arrays: Record<string, { new (buffer: ArrayBuffer): Numbers; BYTES_PER_ELEMENT: number }> = {
  UInt8: Uint8Array,
  UInt16: Uint16Array,
  UInt32: Uint32Array,
  Int32: Int32Array,
  Float64: Float64Array,
}

/** Reads the parts of the Native format one after another. */
const createReader = (bytes: Uint8Array) => {
  let at = 0
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new TypeError('the answer breaks off')
    at += length
    return bytes.subarray(at - length, at)
  }
  const reader = {
    isAtEnd: () => at === bytes.length,
    take,
    /** A number in seven bits a byte, the lowest first. */
    varint(): number {
      for (let value = 0, scale = 1; ; scale *= 128) {
        const [byte = 0] = take(1)
        value += (byte & 127) * scale
        if (byte < 128) return value
      }
    },
    text: (): string => Buffer.from(take(reader.varint())).toString('utf8'),
  }
  return reader
}

const readValues = (
  reader: ReturnType<typeof createReader>,
  type: NumberType,
  rows: number,
): Float64Array<ArrayBuffer> => {
  const [, inner] = /^Nullable\((.+)\)$/.exec(type) ?? []
  const nulls = inner === undefined ? undefined : reader.take(rows)
  const Type = arrays[inner ?? type]!
  // Copied, because the engine's bytes need not begin where such numbers may.
  const copy = new Uint8Array(reader.take(rows * Type.BYTES_PER_ELEMENT))
  const values = new Float64Array(new Type(copy.buffer))
  if (nulls) for (let row = nulls.indexOf(1); row >= 0; row = nulls.indexOf(1, row + 1)) values[row] = Number.NaN
  return values
}

const joined = (parts: readonly Float64Array<ArrayBuffer>[]): Float64Array<ArrayBuffer> => {
  if (parts.length === 1) return parts[0]!
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Reads an answer of many numbers in ClickHouse's Native format; throws TypeError for other columns than declared. */
export const readNative = <Name extends string>(
  bytes: Uint8Array,
  types: { readonly [N in Name]: NumberType },
): NumberColumns<Name> => {
  const declared = Object.entries<NumberType>(types)
  const parts = declared.map((): Float64Array<ArrayBuffer>[] => [])
  const reader = createReader(bytes)
  while (!reader.isAtEnd()) {
    const [columns, rows] = [reader.varint(), reader.varint()]
    if (columns !== declared.length) throw new TypeError(`${columns} columns, not ${declared.length}`)
    for (const [index, [name, type]] of declared.entries()) {
      const given = `${reader.text()} ${reader.text()}`
      if (given !== `${name} ${type}`) throw new TypeError(`the column ${given}, not ${name} ${type}`)
      parts[index]!.push(readValues(reader, type, rows))
    }
  }
  return Object.fromEntries(declared.map(([name], index) => [name, joined(parts[index]!)])) as NumberColumns<Name>
}
