/** Rows followed by those of others that are not among them, by their keys. Of a row in both the first is taken. */
export const joinPages = <Row>(first: readonly Row[], then: readonly Row[], keyOf: (row: Row) => string): Row[] => {
  const known = new Set(first.map(keyOf))
  return [...first, ...then.filter((row) => !known.has(keyOf(row)))]
}
