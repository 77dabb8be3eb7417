import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { isRelative, printInstant } from './instant.ts'
import { apiInstantInZone, instantInZone } from './instant-in-zone.ts'
import { defaultRange, type Range, type ViewSearch } from './view-search.ts'
import { ownZone } from './zone.ts'

export type View = {
  /** As the API reads it. */
  range: Range
  /** As the address has it: its days are those of the zone. */
  asked: Range
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
  const now = Date.now()
  const [first, last] = [apiInstantInZone(from, zone, now), apiInstantInZone(to, zone, now)]
  return useMemo(() => {
    const change = (part: ViewSearch): void =>
      void navigate({ to: '.', search: ((before: object) => ({ ...before, ...part })) as never })
    return {
      range: { from: first, to: last },
      asked: { from, to },
      isRelative: isRelative(from) || isRelative(to),
      zone,
      setRange: (range) => change(range),
      setZone: (name) => change({ zone: name }),
      freeze() {
        const at = Date.now()
        change({ from: printInstant(instantInZone(from, zone, at)!), to: printInstant(instantInZone(to, zone, at)!) })
      },
    }
  }, [from, to, first, last, zone, navigate])
}
