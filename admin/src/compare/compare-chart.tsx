import { useMemo, useState } from 'react'
import { Chart } from '../parts/chart/chart.tsx'
import type { Absence, Span } from '../parts/chart/chart-data.ts'
import { ChartGroup } from '../parts/chart/chart-group.tsx'
import { useExplained } from '../parts/chart/use-explained.ts'
import styles from './compare.module.css'
import { byClock, byStart, type Compared, holesOfLines, outagesOf } from './lines.ts'
import { type CompareSearch, readSeconds } from './search.ts'
import type { CompareState } from './use-compare.ts'

const offline: Absence = { word: 'offline', reason: 'The channel was not live, or hides its viewer count.' }
const noNumber: Absence = {
  word: 'no number',
  reason: 'No probe counted then: the broadcast was over, or the streamer hides the count.',
}

type ChartProps = {
  state: CompareState
  rows: readonly Compared[]
  search: CompareSearch
  change(part: CompareSearch): void
}

/** The viewers of all on one chart. */
export const CompareChart = ({ state, rows, search, change }: ChartProps) => {
  const { span, query } = state
  const isByStart = search.by === 'start'
  const shown = useMemo(
    () => (isByStart ? byStart(rows) : { ...byClock(rows, span.to - span.from), span }),
    [isByStart, rows, span],
  )
  const shift = span.to - span.from
  const asked = useMemo(() => outagesOf(rows, isByStart, shift), [rows, isByStart, shift])
  // Why there are holes is asked when somebody points at the chart.
  const [isWanted, setWanted] = useState(false)
  const told = useExplained(asked, isWanted)
  const holes = useMemo(() => holesOfLines(asked, told), [asked, told])
  const want = (): void => setWanted(true)
  const onZoom = (zoomed: Span | null): void => {
    const seconds = zoomed && [Math.max(0, zoomed.from), zoomed.to].map((ms) => Math.round(ms / 1_000))
    change({ zoom: seconds?.join('-') })
  }
  return (
    <ChartGroup onZoom={isByStart ? onZoom : undefined}>
      <section className={styles.chart} aria-label="Chart" onPointerEnter={want} onFocus={want}>
        <Chart
          title="Viewers"
          unit="viewers"
          {...shown}
          span={isByStart ? (readSeconds(search.zoom) ?? shown.span) : shown.span}
          axis={isByStart ? 'elapsed' : 'clock'}
          query={query}
          holes={holes}
          unknown={isByStart ? noNumber : offline}
          height={360}
          empty={isByStart ? 'None of them was live in this range.' : 'No viewers were seen in this range.'}
        />
      </section>
    </ChartGroup>
  )
}
