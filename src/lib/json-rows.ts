/**
 * Rows as JSON for `json_to_recordset`; bigints as decimal strings, dates as RFC 3339. Copying the rows takes a third of the
 * time of a replacer function, which JSON.stringify calls for every value.
 */
export const jsonRows = (rows: readonly object[]): string =>
  JSON.stringify(
    rows.map((row) => {
      const plain: Record<string, unknown> = {}
      for (const key in row) {
        const value: unknown = row[key as never]
        plain[key] = typeof value === 'bigint' ? value.toString() : value
      }
      return plain
    }),
  )

/** Instants whose year has four digits, in milliseconds since the epoch; from the first on, and before the second. */
const [firstYear, fiveDigitYears] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z') + 1]

/** Whether Postgres reads the value in an array as JavaScript writes it, without quotes. */
const isBare = (value: unknown): boolean => {
  if (value instanceof Date) return value.getTime() >= firstYear && value.getTime() < fiveDigitYears
  return value === null || value === undefined || (typeof value !== 'object' && typeof value !== 'string')
}

const bare = (value: unknown): string =>
  value === null || value === undefined ? 'NULL' : value instanceof Date ? value.toISOString() : String(value)

/** What `bare` writes of each value; neighbours of a column are often the same one, such as the instant of a call. */
const bareTexts = (values: readonly unknown[]): string[] => {
  let [last, text]: [unknown, string] = [null, bare(null)]
  return values.map((value) => {
    if (value !== last) [last, text] = [value, bare(value)]
    return text
  })
}

/** Values as an array of Postgres. What needs no quotes is written here, in a fifth of the time that the driver takes for it. */
const arrayOf = (values: readonly unknown[]): unknown =>
  values.every(isBare) ? `{${bareTexts(values).join()}}` : values

/** The values of each key, row by row, as parameters for `unnest`. */
export const columnsOfRows = <Row, Key extends keyof Row>(rows: readonly Row[], ...keys: Key[]): unknown[] =>
  keys.map((key) => arrayOf(rows.map((row) => row[key])))
