/** A value of Thrift's compact protocol; doubles and texts stay bytes. */
export type ThriftValue = bigint | boolean | Uint8Array | ThriftList | ThriftStruct
export type ThriftList = { type: number; items: ThriftValue[] }
/** Fields by id, in ascending order. */
export type ThriftStruct = Map<number, { type: number; value: ThriftValue }>

/** The type number of a list. */
export const listType = 9

const [isTrue, isFalse, byte, i16, i32, i64, double, binary, set, struct] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12] as const

/** Reads the struct at the beginning of the bytes; RangeError when they break off, TypeError for types that Parquet does not use. */
export const decodeThrift = (bytes: Uint8Array): ThriftStruct => {
  let at = 0
  const next = (): number => {
    const one = bytes[at++]
    if (one === undefined) throw new RangeError('the metadata breaks off')
    return one
  }
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the metadata breaks off')
    at += length
    return bytes.subarray(at - length, at)
  }
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const one = next()
      value |= BigInt(one & 127) << shift
      if (one < 128) return value
    }
  }
  const whole = (): bigint => {
    const value = varint()
    return (value >> 1n) ^ -(value & 1n)
  }
  const readList = (): ThriftList => {
    const head = next()
    const type = head & 15
    const size = head >> 4 === 15 ? Number(varint()) : head >> 4
    const item = () => (type === isTrue || type === isFalse ? next() === isTrue : read(type))
    return { type, items: Array.from({ length: size }, item) }
  }
  const readStruct = (): ThriftStruct => {
    const fields: ThriftStruct = new Map()
    for (let id = 0; ; ) {
      const head = next()
      if (head === 0) return fields
      const type = head & 15
      id = head >> 4 === 0 ? Number(whole()) : id + (head >> 4)
      fields.set(id, { type, value: read(type) })
    }
  }
  const read = (type: number): ThriftValue => {
    switch (type) {
      case isTrue:
      case isFalse:
        return type === isTrue
      case byte:
        return BigInt(next())
      case i16:
      case i32:
      case i64:
        return whole()
      case double:
        return take(8)
      case binary:
        return take(Number(varint()))
      case listType:
      case set:
        return readList()
      case struct:
        return readStruct()
      default:
        throw new TypeError(`${type} is not a type of Parquet's metadata`)
    }
  }
  return readStruct()
}

/** The bytes of a struct. */
export const encodeThrift = (root: ThriftStruct): Buffer => {
  const pieces: Uint8Array[] = []
  const put = (...bytes: number[]) => void pieces.push(Uint8Array.from(bytes))
  const varint = (value: bigint): void => {
    const bytes: number[] = []
    for (let rest = value; ; rest >>= 7n) {
      if (rest < 128n) {
        put(...bytes, Number(rest))
        return
      }
      bytes.push(Number(rest & 127n) | 128)
    }
  }
  const whole = (value: bigint) => varint(value < 0n ? -value * 2n - 1n : value * 2n)
  const write = (type: number, value: ThriftValue): void => {
    // The type of a boolean field is its value.
    if (typeof value === 'boolean') return
    if (typeof value === 'bigint') {
      if (type === byte) put(Number(value))
      else whole(value)
    } else if (value instanceof Uint8Array) {
      if (type === binary) varint(BigInt(value.length))
      pieces.push(value)
    } else if (value instanceof Map) writeStruct(value)
    else writeList(value)
  }
  const writeList = ({ type, items }: ThriftList): void => {
    if (items.length < 15) put((items.length << 4) | type)
    else {
      put(0xf0 | type)
      varint(BigInt(items.length))
    }
    for (const item of items)
      if (typeof item === 'boolean') put(item ? isTrue : isFalse)
      else write(type, item)
  }
  const writeStruct = (fields: ThriftStruct): void => {
    let last = 0
    for (const [id, { type, value }] of fields) {
      if (id > last && id - last < 16) put(((id - last) << 4) | type)
      else {
        put(type)
        whole(BigInt(id))
      }
      write(type, value)
      last = id
    }
    put(0)
  }
  writeStruct(root)
  return Buffer.concat(pieces)
}
