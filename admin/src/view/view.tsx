import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { apiInstant, isRelative, printInstant, readInstant } from './instant.ts'
import { defaultRange, type Range, type ViewSearch } from './view-search.ts'
import { ownZone } from './zone.ts'

export type View = {
  range: Range
  /** Whether the range moves with time. */
  isRelative: boolean
  /** An IANA name, such as "Europe/Berlin". */
  zone: string
  setRange(range: Range): void
  setZone(zone: string): void
  /** Makes a range that is told from now one of fixed instants, so that a link shows the same tomorrow. */
  freeze(): void
}

/** The range and the zone of the page. */
export const useView = (): View => {
  const search = useSearch({ strict: false }) as ViewSearch
  const navigate = useNavigate()
  const { from = defaultRange.from, to = defaultRange.to, zone = ownZone } = search
  return useMemo(() => {
    const change = (part: ViewSearch): void =>
      void navigate({ to: '.', search: ((before: object) => ({ ...before, ...part })) as never })
    return {
      range: { from: apiInstant(from), to: apiInstant(to) },
      isRelative: isRelative(from) || isRelative(to),
      zone,
      setRange: (range) => change(range),
      setZone: (name) => change({ zone: name }),
      freeze() {
        const now = Date.now()
        change({ from: printInstant(readInstant(from, now)!), to: printInstant(readInstant(to, now)!) })
      },
    }
  }, [from, to, zone, navigate])
}
