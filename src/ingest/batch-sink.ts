/** Rows of one table as they leave the spool: fixed for ever once cut, so that a repeated delivery is the same bytes under the same token. */
export type Batch = {
  table: string
  /** The columns of every row, in the order in which they were rendered. */
  columns: readonly string[]
  format: 'JSONCompactEachRow'
  /** One newline-terminated line per row. */
  body: Buffer
  /** Names this batch and no other, in this spool or any other. */
  token: string
  rows: number
}

/** Where batches go. A call settles within the sink's own time limit. */
export type BatchSink = {
  /**
   * Stores all rows once, however often it is called with the same token. Rejects with `retriable: false` only when
   * nothing was stored and the content of the rows is the reason; any other rejection means that the outcome is
   * unknown or that the same bytes may succeed later.
   */
  insertBatch(batch: Batch): Promise<void>
}

/** Whether a sink's rejection blames the rows themselves; an error that does not say so may succeed later. */
export const blamesRows = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retriable' in error && error.retriable === false
