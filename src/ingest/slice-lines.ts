const newline = 10

/** The lines `from` to `until` (exclusive, counted from 0) of newline-terminated text, as a view of the same bytes. */
export const sliceLines = <T extends Uint8Array>(text: T, from: number, until: number): T => {
  const skip = (lines: number, start: number): number => {
    let at = start
    for (let remaining = lines; remaining > 0; remaining--) at = text.indexOf(newline, at) + 1
    return at
  }
  const start = skip(from, 0)
  return text.subarray(start, skip(until - from, start)) as T
}
