import { ageOf, type Clock, type Steady } from '../lib/clock.ts'
import type { Backlog } from './batch-limits.ts'

/** How long the oldest row of each table waits, independent of steps of the clock. */
export type BacklogAges = {
  /** To be called with the backlog of a table after each change. */
  note(table: string, backlog: Backlog): void
  /** In milliseconds; null when nothing waits. */
  ageMs(table: string): number | null
}

/** Rows carry the clock's instant of their append. Once they are known here, their age is measured in steady time. */
export const createBacklogAges = ({ clock, steady }: { clock: Clock; steady: Steady }): BacklogAges => {
  const oldest = new Map<string, { first: number; since: number }>()
  return {
    note(table, { first, oldestAt }) {
      const before = oldest.get(table)
      if (oldestAt === null) oldest.delete(table)
      else if (before?.first !== first) {
        // A row never waits longer than a row that was appended before it.
        const since = Math.max(before?.since ?? Number.NEGATIVE_INFINITY, steady() - ageOf(oldestAt, clock()))
        oldest.set(table, { first, since })
      }
    },
    ageMs(table) {
      const known = oldest.get(table)
      return known ? steady() - known.since : null
    },
  }
}
