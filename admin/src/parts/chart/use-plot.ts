import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ChartData } from './chart-data.ts'
import { useChartGroup } from './chart-group.tsx'
import { type Frame, Plot } from './plot.ts'
import type { Zone } from './readout.ts'

const isSame = (a: Frame | null, b: Frame): boolean =>
  a !== null && a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height

/** What makes another drawing necessary, not only other numbers in it. */
const formOf = ({ series }: ChartData): string =>
  JSON.stringify(series.map(({ colour, kind, dashed }) => [colour, kind, dashed]))

/** The axis of time; of a chart above others it has no labels. */
type Axis = { zone: Zone; isAbove: boolean }

/** Draws a chart into an element, and keeps it in step with its data, its size, the theme and the crosshair. */
export const usePlot = (
  host: RefObject<HTMLDivElement | null>,
  data: ChartData,
  { zone, isAbove }: Axis,
): Frame | null => {
  const group = useChartGroup()
  const plot = useRef<Plot | null>(null)
  const latest = useRef(data)
  latest.current = data
  const [frame, setFrame] = useState<Frame | null>(null)
  const form = formOf(data)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another form is another drawing.
  useLayoutEffect(() => {
    const element = host.current!
    const made = new Plot(
      element,
      latest.current,
      { zone, isAbove },
      {
        onPoint: (at) => group.crosshair.set(at),
        onZoom: group.zoom,
        onZoomOut: group.zoomOut,
        onFrame: (next) => setFrame((before) => (isSame(before, next) ? before : next)),
      },
    )
    plot.current = made
    const stop = group.crosshair.subscribe(() => made.place(group.crosshair.get()))
    const observer = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight))
    observer.observe(element)
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const recolour = (): void => made.recolour()
    theme.addEventListener('change', recolour)
    return () => {
      stop()
      observer.disconnect()
      theme.removeEventListener('change', recolour)
      made.destroy()
      plot.current = null
    }
  }, [host, group, zone, isAbove, form])

  useEffect(() => plot.current?.update(data), [data])
  return frame
}
