/**
 * Calls `work`, which handles at most `size` rows and says how many, until it found fewer or `batches` were done; returns the sum.
 */
export const inBatches = async (
  { size, batches, signal }: { size: number; batches: number; signal: AbortSignal },
  work: (size: number) => Promise<number>,
): Promise<number> => {
  let total = 0
  for (let batch = 0; batch < batches; batch++) {
    signal.throwIfAborted()
    const handled = await work(size)
    total += handled
    if (handled < size) break
  }
  return total
}
