import type uPlot from 'uplot'
import { type ChartData, joined, shadedHoles, within } from './chart-data.ts'
import type { Colours } from './colours.ts'

type Box = { left: number; top: number; width: number; height: number }

/** Where a stretch of time is on the canvas. */
const boxOf = (plot: uPlot, from: number, to: number): Box => {
  const left = Math.round(plot.valToPos(from, 'x', true))
  const right = Math.round(plot.valToPos(to, 'x', true))
  return { left, top: plot.bbox.top, width: Math.max(1, right - left), height: plot.bbox.height }
}

const hatch = (context: CanvasRenderingContext2D, { left, top, width, height }: Box, step: number): void => {
  context.save()
  context.beginPath()
  context.rect(left, top, width, height)
  context.clip()
  context.beginPath()
  // The lines hang together whatever the box begins with.
  for (let x = Math.floor((left - height) / step) * step; x < left + width; x += step) {
    context.moveTo(x, top + height)
    context.lineTo(x + height, top)
  }
  context.stroke()
  context.restore()
}

/** Behind the lines: every other band, and holes; hatched where nobody watched yet. */
export const paintBehind = (plot: uPlot, data: ChartData, colours: Colours, ratio: number): void => {
  const { ctx: context } = plot
  context.save()
  context.fillStyle = colours.band
  data.bands?.forEach((band, i) => {
    const [part] = i % 2 === 0 ? within([band], data.span) : []
    if (!part) return
    const { left, top, width, height } = boxOf(plot, part.from, part.to)
    context.fillRect(left, top, width, height)
  })
  const [before, missing] = [true, false].map((isBefore) =>
    joined(
      within(
        shadedHoles(data).filter((hole) => Boolean(hole.isBefore) === isBefore),
        data.span,
      ),
    ),
  )
  context.fillStyle = colours.outage
  for (const hole of missing!) {
    const { left, top, width, height } = boxOf(plot, hole.from, hole.to)
    context.fillRect(left, top, width, height)
  }
  // Nothing is wrong there: nobody watched yet.
  context.strokeStyle = colours.grid
  context.globalAlpha = 0.6
  context.lineWidth = ratio
  for (const hole of before!) hatch(context, boxOf(plot, hole.from, hole.to), 10 * ratio)
  context.restore()
}

/** Over the lines: what is not complete yet is hatched. */
export const paintOver = (plot: uPlot, { completeThrough, span }: ChartData, colours: Colours, ratio: number): void => {
  if (completeThrough === null || completeThrough === undefined || completeThrough >= span.to) return
  const { ctx: context } = plot
  context.save()
  context.strokeStyle = colours.line
  context.globalAlpha = 0.45
  context.lineWidth = ratio
  hatch(context, boxOf(plot, Math.max(span.from, completeThrough), span.to), 6 * ratio)
  context.restore()
}
