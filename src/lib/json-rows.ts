/**
 * Rows as JSON for `json_to_recordset`; bigints as decimal strings, dates as RFC 3339. Copying the rows takes a third of the
 * time of a replacer function, which JSON.stringify calls for every value.
 */
export const jsonRows = (rows: readonly object[]): string =>
  JSON.stringify(
    rows.map((row) => {
      const plain: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(row)) plain[key] = typeof value === 'bigint' ? value.toString() : value
      return plain
    }),
  )

/** The values of each key, row by row, as parameters for `unnest`. */
export const columnsOfRows = <Row, Key extends keyof Row>(rows: readonly Row[], ...keys: Key[]): Row[Key][][] =>
  keys.map((key) => rows.map((row) => row[key]))
