import type { Backlog } from './batch-limits.ts'

/**
 * From when the rows of each table are that are announced or wait. A row is older than its append: what it tells was asked for before, and
 * a delivery that becomes a row has waited already.
 */
export type RowTimes = {
  /** Rows of this table will be appended that are asked for from now on, until it is disposed. */
  announce(table: string, now: number): Disposable
  /** Before when no announced row of this table lies; Infinity where none is announced. */
  announcedSince(table: string): number
  /** All rows up to the one before `next` are on the disk, and those that were not before are not from before `since`. */
  stored(table: string, next: number, since: number): void
  /** Before when no row lies that still waits of this backlog; Infinity when none waits. */
  storedSince(table: string, backlog: Backlog | undefined): number
}

/** A row that an earlier process appended is from this long before at most: no claim on what is asked for lasts longer. */
const longestAskMs = 120_000

/** By how much a clock may be set when it hears of the database's time again, and two nodes' clocks may differ. */
const marginMs = 1_000

const wholeSeconds = (ms: number): number => ms - (ms % 1_000)

/** No row that is asked for from now on, on any node, lies before this: some rows have instants of whole seconds. */
export const earliestOf = (now: number): number => wholeSeconds(now - marginMs)

/** Knows of the rows that wait already only when they were appended. */
export const createRowTimes = (backlogs: ReadonlyMap<string, Backlog>): RowTimes => {
  const announced = new Set<{ table: string; since: number }>()
  /** By table, oldest first; one entry for the rows of a second, or of more. */
  const times = new Map<string, { next: number; since: number }[]>()
  const stored = (table: string, next: number, since: number): void => {
    const entries = times.get(table) ?? []
    const last = entries.at(-1)
    const from = wholeSeconds(since)
    // Where what comes later is from earlier, nobody tells the two apart: both are from then.
    if (last && from <= last.since) Object.assign(last, { next, since: from })
    else entries.push({ next, since: from })
    times.set(table, entries)
  }
  for (const [table, { next, oldestAt }] of backlogs)
    if (oldestAt !== null) stored(table, next, oldestAt - longestAskMs)
  return {
    announce(table, now) {
      const announcement = { table, since: earliestOf(now) }
      announced.add(announcement)
      return { [Symbol.dispose]: () => void announced.delete(announcement) }
    },
    announcedSince(table) {
      let oldest = Number.POSITIVE_INFINITY
      for (const one of announced) if (one.table === table) oldest = Math.min(oldest, one.since)
      return oldest
    },
    stored,
    storedSince(table, backlog) {
      const entries = times.get(table) ?? []
      const isSettled = ({ next }: { next: number }) => !backlog || backlog.oldestAt === null || next <= backlog.first
      while (entries.length > 0 && isSettled(entries[0]!)) entries.shift()
      if (!backlog || backlog.oldestAt === null) return Number.POSITIVE_INFINITY
      return Math.min(backlog.oldestAt, entries[0]?.since ?? Number.POSITIVE_INFINITY)
    },
  }
}
