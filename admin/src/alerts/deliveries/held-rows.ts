/** A list that was shown, and the same as it is now. */
export type Held<Row> = {
  rows: readonly Row[]
  /** How many are in the list now and not among the rows. */
  waiting: number
}

/** The rows as they stand, each as it is now; what came since waits. */
export const holdRows = <Row>(
  shown: readonly Row[],
  latest: readonly Row[],
  keyOf: (row: Row) => string,
): Held<Row> => {
  const now = new Map(latest.map((row) => [keyOf(row), row]))
  const known = new Set(shown.map(keyOf))
  return {
    rows: shown.map((row) => now.get(keyOf(row)) ?? row),
    waiting: latest.filter((row) => !known.has(keyOf(row))).length,
  }
}
