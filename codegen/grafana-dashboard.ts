import { type ListedMetric, metricOf, namesIn, queryProblems } from './metrics-list.ts'

/** One line of a chart. */
type Line = { expr: string; legend: string }

/** A chart: what it shows follows from its lines, and its unit from the question. */
export type Panel = {
  title: string
  unit: 's' | 'percentunit' | 'short' | 'reqps' | 'ops' | 'bytes'
  lines: readonly Line[]
  /** From this value on it is red. */
  alarm?: number
}

/** A question with the panels that answer it. */
export type Question = { question: string; panels: readonly Panel[] }

const prometheus = { type: 'prometheus', uid: `\${prometheus}` }
const columns = 24
const height = 8

/** What the metrics of a panel say of themselves. */
const descriptionOf = (metrics: ReadonlyMap<string, ListedMetric>, { lines }: Panel): string => {
  const listed = new Set(lines.flatMap(({ expr }) => namesIn(expr).metrics.map((name) => metricOf(metrics, name))))
  return [...listed].map((metric) => `${metric!.name}: ${metric!.help}`).join('\n\n')
}

const panelOf = (
  metrics: ReadonlyMap<string, ListedMetric>,
  panel: Panel,
  place: { id: number; x: number; y: number; w: number },
) => {
  const { title, unit, lines, alarm } = panel
  const { id, ...position } = place
  const steps = [{ color: 'green', value: null }, ...(alarm === undefined ? [] : [{ color: 'red', value: alarm }])]
  return {
    id,
    type: 'timeseries',
    title,
    description: descriptionOf(metrics, panel),
    datasource: prometheus,
    gridPos: { ...position, h: height },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        custom: {
          lineWidth: 1,
          fillOpacity: 8,
          showPoints: 'never',
          thresholdsStyle: { mode: alarm === undefined ? 'off' : 'line' },
        },
        thresholds: { mode: 'absolute', steps },
      },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: lines.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: prometheus,
      expr,
      legendFormat: legend,
      range: true,
    })),
  }
}

const rowOf = (id: number, title: string, y: number) => ({
  id,
  type: 'row',
  title,
  collapsed: false,
  gridPos: { x: 0, y, w: columns, h: 1 },
  panels: [],
})

/** A dashboard as Grafana imports it: a row for each question. An Error names what the metrics do not have. */
export const dashboardOf = (
  metrics: ReadonlyMap<string, ListedMetric>,
  {
    uid,
    title,
    description,
    questions,
  }: {
    uid: string
    title: string
    description: string
    questions: readonly Question[]
  },
) => {
  const wrong = questions.flatMap(({ panels }) =>
    panels.flatMap(({ lines }) => lines.flatMap(({ expr }) => queryProblems(metrics, expr))),
  )
  if (wrong.length > 0) throw new Error(`The dashboard ${uid} can not be made.\n${wrong.join('\n')}`)
  let id = 0
  let y = 0
  const panels: object[] = []
  for (const { question, panels: own } of questions) {
    panels.push(rowOf(++id, question, y))
    const w = columns / own.length
    for (const [i, panel] of own.entries()) panels.push(panelOf(metrics, panel, { id: ++id, x: i * w, y: y + 1, w }))
    y += height + 1
  }
  return {
    uid,
    title,
    description,
    tags: ['channelscope'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: {
      list: [{ name: 'prometheus', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {} }],
    },
    annotations: { list: [] },
    panels,
  }
}
