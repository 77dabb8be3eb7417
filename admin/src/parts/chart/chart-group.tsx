import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react'
import { createStore, type Store } from '../../data/store.ts'
import { printInstant, readInstant } from '../../view/instant.ts'
import { isTyping } from '../../view/is-typing.ts'
import { useView } from '../../view/view.tsx'
import type { Range } from '../../view/view-search.ts'
import type { Span } from './chart-data.ts'
import { useTables } from './tables.ts'

/** What the charts of a page share. */
type Group = {
  /** The instant that all of them point at; null while nobody points. */
  crosshair: Store<number | null>
  zoom(span: Span): void
  zoomOut(): void
  /** The chart under the pointer or the keyboard. The key `t` is about it, and without one about all. */
  setCurrent(chart: string | null): void
  /** Tells of a chart, by the name that it has in the address. */
  register(chart: string): () => void
  toggleTable(chart: string): void
}

const GroupContext = createContext<Group | null>(null)

export const useChartGroup = (): Group => {
  const group = use(GroupContext)
  if (!group) throw new Error('A chart stands inside of a ChartGroup.')
  return group
}

type Props = {
  /** Where the place has a zoom of its own: called with what to show, and with null for all of it. Left out, the range of the view is set. */
  onZoom?: ((span: Span | null) => void) | undefined
  children: ReactNode
}

/** Around the charts of a page: one crosshair and one zoom for all of them. */
export const ChartGroup = ({ onZoom, children }: Props) => {
  const view = useView()
  const [tables, showTables] = useTables()
  const latest = useRef({ view, onZoom, tables, showTables })
  latest.current = { view, onZoom, tables, showTables }
  const [group] = useState(() => createGroup(() => latest.current))

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 't' && !isTyping(event)) group.toggleTables()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [group])

  return <GroupContext value={group}>{children}</GroupContext>
}

type Latest = {
  view: ReturnType<typeof useView>
  onZoom: Props['onZoom']
  tables: readonly string[]
  showTables(charts: readonly string[]): void
}

const createGroup = (latest: () => Latest): Group & { toggleTables(): void } => {
  const charts = new Set<string>()
  // The ranges from which somebody zoomed in, to go back to.
  const before: Range[] = []
  let current: string | null = null

  const zoom = (span: Span): void => {
    const { view, onZoom } = latest()
    const whole = { from: Math.floor(span.from), to: Math.ceil(span.to) }
    if (onZoom) onZoom(whole)
    else {
      before.push(view.asked)
      view.setRange({ from: printInstant(whole.from), to: printInstant(whole.to) })
    }
  }
  const zoomOut = (): void => {
    const { view, onZoom } = latest()
    if (onZoom) onZoom(null)
    else view.setRange(before.pop() ?? wider(view.range, Date.now()))
  }
  // Of several all are shown, unless all of them are there.
  const toggle = (some: readonly string[]): void => {
    const { tables, showTables } = latest()
    const others = tables.filter((chart) => !some.includes(chart))
    showTables(some.every((chart) => tables.includes(chart)) ? others : [...others, ...some])
  }
  return {
    crosshair: createStore<number | null>(null),
    zoom,
    zoomOut,
    setCurrent(chart) {
      current = chart
    },
    register(chart) {
      charts.add(chart)
      return () => void charts.delete(chart)
    },
    toggleTable: (chart) => toggle([chart]),
    toggleTables: () => toggle(current === null ? [...charts] : [current]),
  }
}

/** Twice as much around the same middle, and nothing of the future. */
const wider = (range: Range, now: number): Range => {
  const [from, to] = [readInstant(range.from, now)!, readInstant(range.to, now)!]
  const half = (to - from) / 2
  return { from: printInstant(Math.floor(from - half)), to: printInstant(Math.min(Math.ceil(to + half), now)) }
}
