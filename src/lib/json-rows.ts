/** Rows as the JSON text that `json_to_recordset` reads; bigints as decimal strings, dates as RFC 3339. */
export const jsonRows = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
