import { type ChartData, endOf } from './chart-data.ts'

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

const instant = (at: number): string => new Date(at).toISOString()

/** The numbers of a chart as CSV: instants in UTC, or seconds since the start; nothing between two commas is unknown. */
export const chartCsv = (data: ChartData, axis: 'clock' | 'elapsed' = 'clock'): string => {
  const time = (at: number): string => (axis === 'clock' ? instant(at) : String(Math.round(at / 1_000)))
  const names = axis === 'clock' ? ['from', 'until'] : ['from_seconds', 'until_seconds']
  const head = [...names, ...data.series.map(({ name }) => `${name} (${data.unit})`)].map(quoted)
  const rows = data.times.map((at, i) => [
    time(at),
    time(endOf(data, i)),
    ...data.series.map(({ values }) => String(values[i] ?? '')),
  ])
  return [head, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}
