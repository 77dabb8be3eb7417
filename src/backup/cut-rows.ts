import { hash } from 'node:crypto'
import type { Key, TextRows } from '../stores/postgres/table-rows.ts'

/** Rows of one chunk. */
const averageRows = 1_024
const mostRows = 4_096

/** Whether a chunk ends with the row of this key: a matter of the key alone, so that rows that come and go elsewhere move no other end. */
const endsWith = (key: Key): boolean => {
  const sum = hash('sha1', JSON.stringify(key), 'buffer').readUInt32BE(0)
  return sum % averageRows === 0
}

/** Where to cut a page of rows, as the counts of rows before each cut; `held` rows wait from before. */
export const cutsOf = (keys: readonly Key[], held: number): number[] => {
  const cuts: number[] = []
  let rows = held
  for (const [n, key] of keys.entries()) {
    rows++
    if (rows < mostRows && !endsWith(key)) continue
    cuts.push(n + 1)
    rows = 0
  }
  return cuts
}

/** A part of rows, from one up to before another. */
export const sliceRows = ({ columns }: TextRows, from: number, to: number): TextRows => ({
  columns: columns.map((column) => column.slice(from, to)),
  count: to - from,
})

/** The rows of two one after the other. */
export const joinRows = (first: TextRows | null, second: TextRows): TextRows =>
  first === null
    ? second
    : {
        columns: second.columns.map((column, n) => [...first.columns[n]!, ...column]),
        count: first.count + second.count,
      }
