import { useEffect, useMemo, useState } from 'react'
import { useQuery } from 'urql'
import { ComparePage } from '../../generated/compare.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import { useRenews } from '../data/renewal.ts'
import type { AskedQuery } from '../parts/chart/query-texts.ts'
import { printInstant, readInstant } from '../view/instant.ts'
import { useView } from '../view/view.tsx'
import { asked, type Compared, compared } from './lines.ts'
import type { CompareSearch } from './search.ts'

const renewEveryMs = 60_000

export type CompareState = {
  rows: readonly Compared[] | null
  /** The range, in milliseconds of the epoch. */
  span: { from: number; to: number }
  query: AskedQuery
  problem: Problem | null
  busy: boolean
  renew(): void
}

/** The channels of the link with their viewers. What moves with time is asked for again each minute. */
export const useCompare = ({ c = [], by, before }: CompareSearch): CompareState => {
  const { range, zone, isRelative } = useView()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isRelative) return
    const timer = setInterval(() => setNow(Date.now()), renewEveryMs)
    return () => clearInterval(timer)
  }, [isRelative])
  const handles = c.join(' ')
  const { span, variables } = useMemo(() => {
    const [from, to] = [readInstant(range.from, now)!, readInstant(range.to, now)!]
    return {
      span: { from, to },
      variables: {
        ...asked(handles ? handles.split(' ') : []),
        range: { from: printInstant(from), to: printInstant(to) },
        before: { from: printInstant(from - (to - from)), to: printInstant(from) },
        timezone: zone,
        byStart: by === 'start',
        withBefore: before === '1' && by !== 'start',
      },
    }
  }, [handles, range, zone, by, before, now])
  const [{ data, error, fetching, stale }] = useQuery({ query: ComparePage, variables, pause: handles === '' })
  // While others are asked for, those that are there stay.
  const [last, setLast] = useState(data)
  useEffect(() => {
    if (data) setLast(data)
  }, [data])
  useRenews(isRelative && handles !== '' ? renewEveryMs : null, error ? 0 : null)
  const shown = data ?? last
  const rows = useMemo(() => (shown ? compared(handles ? handles.split(' ') : [], shown) : null), [shown, handles])
  return {
    rows: handles === '' ? [] : rows,
    span,
    query: { operation: ComparePage, variables },
    problem: problemOf(error),
    busy: fetching || stale,
    renew: () => setNow(Date.now()),
  }
}
