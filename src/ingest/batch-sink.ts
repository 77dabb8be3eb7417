/** Rows of one table that are sent together. A batch never changes once it is cut, so that a repetition has the same bytes and token. */
export type Batch = {
  table: string
  /** The columns of every row, in the order in which they were rendered. */
  columns: readonly string[]
  format: 'JSONCompactEachRow'
  /** One newline-terminated line per row. */
  body: Buffer
  /** Identifies this batch among those of all spools. */
  token: string
  rows: number
}

/** Stores batches. A call settles within the sink's own time limit. */
export type BatchSink = {
  /**
   * Stores all rows once, however often it is called with the same token. Rejects with `retriable: false` only when nothing was
   * stored because of the content of the rows. After any other rejection the outcome is unknown, or the same bytes may succeed
   * later.
   */
  insertBatch(batch: Batch): Promise<void>
}

/** Whether a sink rejected a batch for the content of its rows. */
export const blamesRows = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retriable' in error && error.retriable === false
