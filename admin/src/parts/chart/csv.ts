import { type ChartData, endOf } from './chart-data.ts'
import { headOf } from './readout.ts'

/** A text in quotes. One that a spreadsheet would read as a formula gets an apostrophe before it, so that it stays a text. */
const quoted = (text: string): string => `"${text.replace(/^[\s=+\-@]/, "'$&").replaceAll('"', '""')}"`

const instant = (at: number): string => new Date(at).toISOString()

type Axis = 'clock' | 'elapsed'

/** Instants in UTC, or seconds since the start; then the numbers, empty where one is unknown. */
const rowsOf = (data: ChartData, axis: Axis): string[][] => {
  const time = (at: number): string => (axis === 'clock' ? instant(at) : String(Math.round(at / 1_000)))
  const names = axis === 'clock' ? ['from', 'until'] : ['from_seconds', 'until_seconds']
  return [
    [...names, ...data.series.map((series) => headOf(data, series))].map(quoted),
    ...data.times.map((at, i) => [
      time(at),
      time(endOf(data, i)),
      ...data.series.map(({ values }) => String(values[i] ?? '')),
    ]),
  ]
}

/** The numbers of a chart as CSV. */
export const chartCsv = (data: ChartData, axis: Axis = 'clock'): string =>
  rowsOf(data, axis)
    .map((row) => `${row.join(',')}\r\n`)
    .join('')

/** The same to be put into a spreadsheet. */
export const chartTable = (data: ChartData, axis: Axis = 'clock'): string =>
  rowsOf(data, axis)
    .map((row) => row.join('\t'))
    .join('\n')
