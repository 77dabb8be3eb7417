/** A row that the sink refused for its content. */
export type DeadLetter = {
  /** Grows with every dead letter of this spool. */
  id: number
  table: string
  columns: readonly string[]
  /** The rendered row, without its newline. */
  row: string
  reason: string
  at: Date
}

/** The dead letters kept in the file: how many, and the bytes of their rows. */
export type DeadLetterTotals = { count: number; bytes: number }
