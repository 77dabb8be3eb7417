import type { Happening } from './happening.ts'

/** The happenings of several logs in one order: that of each log is kept, and of their next ones the earliest that was recorded comes first. */
export const mergeLogs = (pages: readonly (readonly Happening[])[]): Happening[] => {
  const rest = pages.filter((page) => page.length > 0).map((page) => ({ page, next: 0 }))
  const merged: Happening[] = []
  while (rest.length > 0) {
    const first = rest.reduce((a, b) => (b.page[b.next]!.recordedAt < a.page[a.next]!.recordedAt ? b : a))
    merged.push(first.page[first.next++]!)
    if (first.next === first.page.length) rest.splice(rest.indexOf(first), 1)
  }
  return merged
}
