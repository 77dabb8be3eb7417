import type { Band } from './chart-data.ts'

type Words = { title: string | null; category: string | null }

type Broadcast = Words & {
  startedAt: string
  endedAt: string | null
  chapters: readonly (Words & { from: string; until: string | null })[]
}

/** The chapters of a broadcast as bands; one that nothing was reported of is one band. `now` is where it ends while it lasts. */
export const bandsOfBroadcast = ({ startedAt, endedAt, title, category, chapters }: Broadcast, now: number): Band[] => {
  const end = endedAt ? Date.parse(endedAt) : now
  const parts = chapters.length > 0 ? chapters : [{ from: startedAt, until: endedAt, title, category }]
  return parts.map((part) => ({
    from: Date.parse(part.from),
    to: part.until ? Date.parse(part.until) : end,
    label: [part.title, part.category].filter(Boolean).join(' · ') || 'No title',
  }))
}
