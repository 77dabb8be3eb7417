import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { SessionPage } from '../../generated/session.ts'
import { bandsOfBroadcast } from '../parts/chart/bands.ts'
import { Chart } from '../parts/chart/chart.tsx'
import type { Band, Hole, Series, Span } from '../parts/chart/chart-data.ts'
import { ChartGroup } from '../parts/chart/chart-group.tsx'
import { seriesColours } from '../parts/chart/series-colours.ts'
import { printZoom } from './search.ts'
import styles from './session.module.css'
import type { Session } from './use-session.ts'

type Props = { session: Session; holes: readonly Hole[]; zoom: Span | null }

// Between probes lie at most some minutes.
const standsForMs = 5 * 60_000

const bandsOf = (session: Session): Band[] => bandsOfBroadcast(session, Date.parse(session.timeline.meta.to))

const seriesOf = ({
  timeline: { points },
}: Session): Record<'viewers' | 'messages' | 'chatters' | 'follows', Series[]> => ({
  viewers: [
    {
      name: 'Viewers',
      colour: seriesColours.viewers,
      kind: 'area',
      values: points.map(({ viewers }) => viewers),
      standsForMs,
    },
  ],
  messages: [
    { name: 'Messages', colour: seriesColours.messages, kind: 'bars', values: points.map(({ messages }) => messages) },
  ],
  chatters: [
    { name: 'Chatters', colour: seriesColours.chatters, kind: 'steps', values: points.map(({ chatters }) => chatters) },
  ],
  follows: [
    { name: 'Follows', colour: seriesColours.follows, kind: 'bars', values: points.map(({ follows }) => follows) },
  ],
})

/** Viewers, chat and follows of a broadcast on one axis. */
export const SessionCharts = ({ session, holes, zoom }: Props) => {
  const navigate = useNavigate()
  const shown = useMemo(() => {
    const { meta, points } = session.timeline
    return {
      times: points.map(({ start }) => Date.parse(start)),
      onAir: [{ from: Date.parse(session.startedAt), to: Date.parse(meta.to) }],
      whole: { from: Date.parse(meta.from), to: Date.parse(meta.to) },
      completeThrough: Date.parse(meta.completeThrough),
      bands: bandsOf(session),
      series: seriesOf(session),
    }
  }, [session])
  const { times, completeThrough, bands, series } = shown
  const frame = {
    times,
    span: zoom ?? shown.whole,
    completeThrough,
    query: { operation: SessionPage, variables: { id: session.id } },
  }
  const onZoom = (span: Span | null): void =>
    void navigate({
      to: '.',
      search: ((before: object) => ({ ...before, zoom: span ? printZoom(span) : undefined })) as never,
    })
  return (
    <ChartGroup onZoom={onZoom}>
      <section className={styles.charts} aria-label="Charts">
        <Chart
          {...frame}
          title="Viewers"
          unit="viewers"
          series={series.viewers}
          bands={bands}
          holes={holes}
          onAir={shown.onAir}
          height={192}
          isAbove
        />
        <Chart {...frame} title="Messages" unit="messages" series={series.messages} height={92} isAbove />
        <Chart {...frame} title="Chatters" unit="chatters" series={series.chatters} height={92} isAbove />
        <Chart {...frame} title="Follows" unit="follows" series={series.follows} height={120} />
      </section>
    </ChartGroup>
  )
}
