import { useMemo, useState } from 'react'
import { Chart } from '../parts/chart/chart.tsx'
import { ChartGroup } from '../parts/chart/chart-group.tsx'
import { useExplained } from '../parts/chart/use-explained.ts'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Renewing } from '../parts/states/working.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { bandsOf, chatChart, followsChart, viewersChart, whyNothing } from './channel-series.ts'
import styles from './charts.module.css'
import { RangeSums } from './range-sums.tsx'
import type { ChartsState } from './use-charts.ts'

const noViewers = 'No viewers were seen in this range.'
const noChat = 'No event subscription for chat was active in this range, so nothing is known of it.'
const noFollows = 'No event subscription for follows was active in this range, so nothing is known of them.'

/** Viewers, chat and follows of the range, with one crosshair. */
export const Charts = ({ state }: { state: ChartsState }) => {
  const { charts: found, samples, busy, problem, query, renew } = state
  // Why there are holes is asked when somebody points at the charts: nothing else needs it.
  const [isWanted, setWanted] = useState(false)
  const asked = useMemo(
    () => (found ? [{ id: found.id, ...found.viewers.meta, outages: found.viewers.outages }] : []),
    [found],
  )
  const [outages] = useExplained(asked, isWanted)
  const why = found && whyNothing(found.viewers)
  const want = (): void => setWanted(true)
  const shown = useMemo(() => {
    if (!found || !outages) return null
    const charts = { ...found, viewers: { ...found.viewers, outages } }
    const bands = bandsOf(charts.sessions.nodes, Date.parse(charts.viewers.meta.to))
    const viewers = viewersChart(charts, samples, bands)
    const { to } = viewers.span
    return { viewers, chat: chatChart(charts, to), follows: followsChart(charts, to) }
  }, [found, outages, samples])
  if (!found || !shown)
    return problem ? (
      <ProblemMessage problem={problem} onRetry={renew} />
    ) : (
      <div className={styles.waiting}>
        <Skeleton lines={1} height={40} />
        <Skeleton lines={1} height={200} />
        <Skeleton lines={2} height={140} />
      </div>
    )
  return (
    <Renewing busy={busy}>
      <section className={styles.charts} aria-label="Charts of the range" onPointerEnter={want} onFocus={want}>
        {problem && <StaleNote problem={problem} onRetry={renew} />}
        <RangeSums charts={found} />
        <ChartGroup>
          <Chart {...shown.viewers} query={query} height={172} isAbove empty={why ?? noViewers} />
          <Chart {...shown.chat} query={query} height={102} isAbove empty={why ?? noChat} />
          <Chart {...shown.follows} query={query} height={110} empty={why ?? noFollows} />
        </ChartGroup>
      </section>
    </Renewing>
  )
}
