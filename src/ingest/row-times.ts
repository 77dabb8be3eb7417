import type { Backlog } from './batch-limits.ts'

/**
 * The earliest instants of announced and of waiting rows of each table. A row is older than its append: its question was asked
 * before, and a delivery that becomes a row has waited already.
 */
export type RowTimes = {
  /** Announces rows of this table that are asked for from now on, until it is disposed. */
  announce(table: string, now: number): Disposable
  /** The earliest possible instant of an announced row of this table; Infinity when none is announced. */
  announcedSince(table: string): number
  /** Notes that all rows before `next` are on the disk, and that the new ones among them are not from before `since`. */
  stored(table: string, next: number, since: number): void
  /** The earliest possible instant of a waiting row of this backlog; Infinity when none waits. */
  storedSince(table: string, backlog: Backlog | undefined): number
}

/** How much older than its append a row of an earlier process is at most, since no lease lasts longer. */
const longestAskMs = 120_000

/** How much a clock may be set when it reads the database's time again, and how much the clocks of two nodes may differ. */
const marginMs = 1_000

const wholeSeconds = (ms: number): number => ms - (ms % 1_000)

/** The earliest instant of a row that any node asks for from now on. Some rows have instants of whole seconds. */
export const earliestOf = (now: number): number => wholeSeconds(now - marginMs)

/** Makes the row times of a spool; of rows that wait already it knows only when they were appended. */
export const createRowTimes = (backlogs: ReadonlyMap<string, Backlog>): RowTimes => {
  const announced = new Set<{ table: string; since: number }>()
  /** By table, oldest first; one entry for the rows of a second, or of more. */
  const times = new Map<string, { next: number; since: number }[]>()
  const stored = (table: string, next: number, since: number): void => {
    const entries = times.get(table) ?? []
    const last = entries.at(-1)
    const from = wholeSeconds(since)
    // If later rows are from an earlier instant, that instant counts for both.
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
