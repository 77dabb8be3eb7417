import type { ReactNode } from 'react'

/** A column of a table. */
export type Column<Row> = {
  id: string
  /** What stands above it. */
  head: string
  /** More about the head, on hover. */
  hint?: string
  cell(row: Row): ReactNode
  /** Its cells name their rows, and are the links where rows lead somewhere; left out of all, the first column. */
  names?: boolean
  /** Numbers stand at the end. */
  align?: 'start' | 'end'
  /** As CSS has it, such as `90px` or `20%`. Columns without share what is left. */
  width?: string
  /** It is left out where the window is narrower than this many pixels. The table has breaks at 640, 860 and 1200. */
  hideBelow?: 640 | 860 | 1200
}

/** The ids of the columns that a window of this width has no place for, in one text. */
export const hiddenAt = (columns: readonly Pick<Column<never>, 'id' | 'hideBelow'>[], width: number): string =>
  columns
    .filter(({ hideBelow }) => hideBelow !== undefined && width < hideBelow)
    .map(({ id }) => id)
    .join(' ')

/** The place after a step; at an end it stays. From nowhere a step down leads to the first, a step up to the last. */
export const stepTo = (at: number, step: 1 | -1, count: number): number => {
  if (at < 0) return step > 0 ? 0 : count - 1
  return Math.min(count - 1, Math.max(0, at + step))
}
