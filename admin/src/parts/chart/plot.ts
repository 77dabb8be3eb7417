import './known-language.ts'
import uPlot from 'uplot'
import { axisNumber, countRange, wholeSteps } from './axis-numbers.ts'
import { bridged, bucketAt, type ChartData, lonely, type Series, type Span } from './chart-data.ts'
import { type Colours, readColours } from './colours.ts'
import { paintBehind, paintOver } from './paint.ts'
import { elapsedTicks, type Tick, zoneTicks } from './zone-ticks.ts'

/** Where the plotted area is in its element, in CSS pixels. */
export type Frame = { left: number; top: number; width: number; height: number }

export type PlotEvents = {
  /** The pointer is over this instant, or has left. */
  onPoint(at: number | null): void
  onZoom(span: Span): void
  onZoomOut(): void
  onFrame(frame: Frame): void
}

/** Null: an axis of time since a start. */
type Zone = string | null

const tickSpacing = 84
const axisWidth = 56
const leastDrag = 8

const line = (series: Series, colours: () => Colours): uPlot.Series => {
  const of = (kind: 'lines' | 'areas' | 'bars') => () => colours()[kind][series.colour - 1]!
  const isBars = series.kind === 'bars'
  return {
    stroke: of('lines'),
    width: isBars ? 0 : 1.5,
    spanGaps: false,
    ...(series.dashed && { dash: [5, 4] }),
    ...(isBars && {
      fill: of('bars'),
      paths: uPlot.paths.bars!({ align: 1, size: [0.86, Number.POSITIVE_INFINITY], gap: 0 }),
    }),
    // A count stands for its whole bucket, as a bar does.
    ...(series.kind === 'steps' && { paths: uPlot.paths.stepped!({ align: 1 }) }),
    ...(series.kind === 'area' && { fill: of('areas') }),
    points: isBars
      ? { show: false }
      : {
          show: false,
          size: 4,
          fill: of('lines'),
          filter: (plot, index) => lonely(plot.data[index] as (number | null)[]),
        },
  }
}

/** The drawing of a chart: uPlot, as the panel uses it. It knows nothing of React. */
export class Plot {
  readonly #plot: uPlot
  readonly #host: HTMLElement
  readonly #zone: Zone
  #data: ChartData
  #colours: Colours
  #ticks: readonly Tick[] = []
  #isPlacing = false

  constructor(
    host: HTMLElement,
    data: ChartData,
    { zone, isAbove }: { zone: Zone; isAbove: boolean },
    events: PlotEvents,
  ) {
    this.#host = host
    this.#data = data
    this.#zone = zone
    this.#colours = readColours(host)
    this.#plot = new uPlot(this.#options(events, isAbove), this.#columns(), host)
    this.#plot.over.addEventListener('dblclick', events.onZoomOut)
  }

  /** Draws other data of the same series. */
  update(data: ChartData): void {
    this.#data = data
    this.#plot.setData(this.#columns())
  }

  /** Reads the colours again, as after a change of the theme. */
  recolour(): void {
    this.#colours = readColours(this.#host)
    this.#plot.redraw(false, true)
  }

  resize(width: number, height: number): void {
    if (width > 0 && (width !== this.#plot.width || height !== this.#plot.height)) this.#plot.setSize({ width, height })
  }

  /** Shows the crosshair of the group. */
  place(at: number | null): void {
    this.#isPlacing = true
    const { from, to } = this.#data.span
    const left = at === null || at < from || at > to ? -10 : this.#plot.valToPos(at, 'x')
    this.#plot.setCursor({ left, top: left < 0 ? -10 : 0 })
    this.#isPlacing = false
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #columns(): uPlot.AlignedData {
    return [
      this.#data.times as number[],
      ...this.#data.series.map((series) => bridged(this.#data, series) as (number | null)[]),
    ]
  }

  #splits(width: number, from: number, to: number): number[] {
    const most = (width - axisWidth) / tickSpacing
    this.#ticks = this.#zone === null ? elapsedTicks({ from, to }, most) : zoneTicks({ from, to }, most, this.#zone)
    return this.#ticks.map(({ at }) => at)
  }

  #options(events: PlotEvents, isAbove: boolean): uPlot.Options {
    const colours = () => this.#colours
    const axis = {
      stroke: () => colours().text,
      font: colours().font,
      ticks: { show: false },
      grid: { stroke: () => colours().grid, width: 1 },
    }
    return {
      width: Math.max(100, this.#host.clientWidth),
      height: this.#host.clientHeight,
      ms: 1,
      // The last label of the axis is centred on the edge of the plot.
      padding: [8, 24, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [this.#data.span.from, this.#data.span.to] },
        y: { range: (_plot, _least, most) => countRange(most) },
      },
      series: [{}, ...this.#data.series.map((series) => line(series, colours))],
      axes: [
        {
          ...axis,
          size: isAbove ? 12 : 40,
          gap: 6,
          grid: { ...axis.grid, show: false },
          ticks: { stroke: () => colours().grid, width: 1, size: 4 },
          splits: (plot, _axis, from, to) => this.#splits(plot.width, from, to),
          values: () => this.#ticks.map(({ label }) => (isAbove ? '' : label)),
        },
        {
          ...axis,
          size: axisWidth,
          gap: 8,
          space: 28,
          incrs: wholeSteps,
          values: (_plot, values) => values.map(axisNumber),
        },
      ],
      cursor: {
        y: false,
        points: { size: 7, width: 2 },
        drag: { x: true, y: false, setScale: false, dist: leastDrag },
        dataIdx: (_plot, _series, _closest, at) => bucketAt(this.#data, at),
        bind: { dblclick: () => null },
      },
      hooks: {
        drawClear: [(plot) => paintBehind(plot, this.#data, colours(), uPlot.pxRatio)],
        draw: [(plot) => this.#drawn(plot, events)],
        setCursor: [
          (plot) => {
            const { left = -10 } = plot.cursor
            if (!this.#isPlacing) events.onPoint(left < 0 ? null : plot.posToVal(left, 'x'))
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            if (width >= leastDrag)
              events.onZoom({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') })
          },
        ],
      },
    }
  }

  #drawn(plot: uPlot, events: PlotEvents): void {
    paintOver(plot, this.#data, this.#colours, uPlot.pxRatio)
    const { left, top, width, height } = plot.bbox
    const inCss = (pixels: number): number => Math.round(pixels / uPlot.pxRatio)
    events.onFrame({ left: inCss(left), top: inCss(top), width: inCss(width), height: inCss(height) })
  }
}
