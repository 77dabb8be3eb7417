import type { Histogram, HistogramSource, MetricValue, NumberSource } from '../../lib/metric.ts'

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')

const showNumber = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)

const sample = (name: string, labels: Readonly<Record<string, string>>, value: number): string => {
  const shown = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${shown.length > 0 ? `{${shown.join(',')}}` : ''} ${showNumber(value)}\n`
}

const head = ({ name, help, kind, labels = [] }: NumberSource | HistogramSource): string => {
  const by = labels.length > 0 ? ` Labels: ${labels.join(', ')}.` : ''
  return `# HELP ${name} ${escapeHelp(help)}${by}\n# TYPE ${name} ${kind}\n`
}

const distribution = (name: string, labels: Readonly<Record<string, string>>, histogram: Histogram): string => {
  let total = 0
  let text = ''
  for (const [index, count] of histogram.counts.entries()) {
    total += count
    text += sample(
      `${name}_bucket`,
      { ...labels, le: showNumber(histogram.bounds[index] ?? Number.POSITIVE_INFINITY) },
      total,
    )
  }
  return `${text}${sample(`${name}_sum`, labels, histogram.sum)}${sample(`${name}_count`, labels, total)}`
}

/** A family of numbers in the Prometheus text format; one without rows still says that it exists. */
export const numbersText = (source: NumberSource, value: MetricValue): string => {
  const rows = typeof value === 'number' ? [{ labels: {}, value }] : value
  return head(source) + rows.map((row) => sample(source.name, row.labels, row.value)).join('')
}

/** A family of histograms in the Prometheus text format. */
export const histogramsText = (source: HistogramSource): string =>
  head(source) +
  source
    .read()
    .map(({ labels, histogram }) => distribution(source.name, labels, histogram))
    .join('')
