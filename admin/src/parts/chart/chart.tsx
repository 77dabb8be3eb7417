import 'uplot/dist/uPlot.min.css'
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useView } from '../../view/view.tsx'
import { fileWord } from '../file/save.ts'
import styles from './chart.module.css'
import { bucketAt, type ChartData, indexAt, isEmpty } from './chart-data.ts'
import { useChartGroup } from './chart-group.tsx'
import { ChartMenu } from './chart-menu.tsx'
import { ChartTable } from './chart-table.tsx'
import { Legend } from './legend.tsx'
import type { AskedQuery } from './query-texts.ts'
import { readoutText } from './readout.ts'
import { BandRow, HoleMarks } from './stretches.tsx'
import { useTables } from './tables.ts'
import { usePlot } from './use-plot.ts'

type Props = ChartData & {
  /** What was asked for it, to be copied and opened elsewhere. */
  query?: AskedQuery | undefined
  /** Of the plot with its axis, in pixels; a place makes it more where there is room, by --plot-scale. */
  height?: number
  /** `elapsed`: times are milliseconds since a start. */
  axis?: 'clock' | 'elapsed'
  /** The chart below shows the axis of time. */
  isAbove?: boolean
  /** What is said where no value is known at all. */
  empty?: string
}

const help = 'Arrow keys move the crosshair, plus and minus zoom, t shows a table.'

/** A chart over time. It stands inside of a `ChartGroup`. */
export const Chart = ({
  query,
  height = 180,
  axis = 'clock',
  isAbove = false,
  empty = 'Nothing was observed.',
  ...data
}: Props) => {
  const { title, unit, times, series, span, bands, holes, completeThrough, onAir, unknown } = data
  const view = useView()
  const zone = axis === 'elapsed' ? null : view.zone
  const group = useChartGroup()
  const id = useId()
  const name = fileWord(title)
  const isTable = useTables()[0].includes(name)
  const [said, say] = useState('')
  const host = useRef<HTMLDivElement>(null)
  const parts = [title, unit, times, series, span.from, span.to, bands, holes, completeThrough, onAir, unknown, empty]
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts of the data, so that it is drawn anew only when one of them changes.
  const shown = useMemo(() => ({ ...data, unknown: unknown ?? { word: 'unknown', reason: empty } }), parts)
  const frame = usePlot(host, shown, { zone, isAbove })

  useEffect(() => group.register(name), [group, name])

  const move = (event: KeyboardEvent): void => {
    const at = group.crosshair.get()
    const here = bucketAt(shown, at)
    const first = times.findIndex((time) => time >= span.from)
    const last = indexAt(times, span.to) ?? 0
    const step = event.shiftKey ? 10 : 1
    const targets: Record<string, number> = {
      ArrowLeft: here === null ? last : here - step,
      ArrowRight: here === null ? first : here + step,
      Home: first,
      End: last,
    }
    const target = targets[event.key]
    if (target !== undefined && times.length > 0) {
      const next = times[Math.min(last, Math.max(first, target))]!
      group.crosshair.set(next)
      say(readoutText(shown, next, zone))
    } else if (event.key === 'Escape') group.crosshair.set(null)
    else if (event.key === '-') group.zoomOut()
    else if (event.key === '+' || event.key === '=') {
      const middle = at ?? (span.from + span.to) / 2
      const quarter = (span.to - span.from) / 4
      group.zoom({ from: Math.max(span.from, middle - quarter), to: Math.min(span.to, middle + quarter) })
    } else return
    event.preventDefault()
  }

  return (
    <figure
      className={styles.chart}
      aria-labelledby={`${id}-title`}
      onPointerEnter={() => group.setCurrent(name)}
      onPointerLeave={() => group.setCurrent(null)}
      onFocus={() => group.setCurrent(name)}
      onBlur={() => group.setCurrent(null)}
    >
      <figcaption className={styles.head}>
        <h3 id={`${id}-title`}>{title}</h3>
        <Legend data={shown} zone={zone} />
        <ChartMenu data={shown} query={query} axis={axis} isTable={isTable} onTable={() => group.toggleTable(name)} />
      </figcaption>
      <div className={styles.plotBox}>
        {bands && bands.length > 0 && frame && <BandRow bands={bands} frame={frame} span={span} />}
        <div className={styles.plotArea}>
          <div
            ref={host}
            className={styles.plot}
            style={{ '--height': `${height}px` } as CSSProperties}
            role="application"
            aria-label={`${title}, a chart. ${help}`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved by the keyboard.
            tabIndex={0}
            onKeyDown={move}
            onBlur={() => group.crosshair.set(null)}
          />
          {frame && <HoleMarks data={shown} frame={frame} zone={zone} />}
          {isEmpty(shown) && (
            <p className={styles.empty} data-above={isAbove}>
              {empty}
            </p>
          )}
        </div>
      </div>
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
      {isTable && <ChartTable data={shown} zone={zone} />}
    </figure>
  )
}
