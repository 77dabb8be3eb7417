/** Writes ids as bytes, in ascending order: the difference to the id before, seven bits a byte. Neighbours take a byte or two. */
export const packIds = (ids: readonly string[]): Buffer => {
  const bytes: number[] = []
  let before = 0n
  for (const id of ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1))) {
    let rest = id - before
    before = id
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
    bytes.push(Number(rest))
  }
  return Buffer.from(bytes)
}

/** Reads what `packIds` wrote: ids in ascending order. */
export const unpackIds = (bytes: Uint8Array): string[] => {
  const ids: string[] = []
  let [before, difference, shift] = [0n, 0n, 0n]
  for (const byte of bytes) {
    difference |= BigInt(byte & 127) << shift
    shift += 7n
    if (byte > 127) continue
    before += difference
    ids.push(before.toString())
    difference = shift = 0n
  }
  return ids
}
