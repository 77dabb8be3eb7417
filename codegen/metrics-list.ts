/** A metric as docs/metrics.md lists it. */
export type ListedMetric = { name: string; type: string; labels: readonly string[]; help: string }

/** The metrics of docs/metrics.md, which a test compares with what the program tells. */
export const readMetrics = (page: string): Map<string, ListedMetric> =>
  new Map(
    Array.from(
      page.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*) \| (.*) \|$/gm),
      ([, name, type, labels, help]): [string, ListedMetric] => [
        name!,
        { name: name!, type: type!, labels: labels!.split(',').flatMap((label) => label.trim() || []), help: help! },
      ],
    ),
  )

/** Words of PromQL that stand where the name of a metric could, and what Prometheus makes itself. */
const notMetrics = new Set(
  'and or unless on ignoring by without offset bool group_left group_right inf nan up'.split(' '),
)

/** What a query of Prometheus names: the metrics, and the labels that it groups or chooses by. */
export const namesIn = (expression: string): { metrics: string[]; labels: string[] } => {
  const bare = expression.replace(/"[^"]*"/g, '""')
  const chosen = Array.from(bare.matchAll(/\{([^{}]*)\}/g), ([, list]) =>
    Array.from(list!.matchAll(/\b(\w+)\s*[=!]/g), ([, name]) => name!),
  )
  const grouping = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)/g
  const grouped = Array.from(bare.matchAll(grouping), ([, list]) =>
    list!.split(',').flatMap((name) => name.trim() || []),
  )
  const rest = bare
    .replace(/\{[^{}]*\}/g, '')
    .replace(/\[[^[\]]*\]/g, '')
    .replace(grouping, '')
  const words = Array.from(rest.matchAll(/(?<![\w$.])([a-z_]\w*)(?!\w*\s*\()/gi), ([, word]) => word!)
  return {
    metrics: [...new Set(words.filter((word) => !notMetrics.has(word.toLowerCase())))],
    labels: [...new Set([...chosen, ...grouped].flat())],
  }
}

/** The metric that a name in a query is of: a histogram has three names. */
export const metricOf = (metrics: ReadonlyMap<string, ListedMetric>, name: string): ListedMetric | undefined => {
  const own = metrics.get(name)
  if (own) return own.type === 'histogram' ? undefined : own
  const family = metrics.get(name.replace(/_(?:bucket|sum|count)$/, ''))
  return family?.type === 'histogram' ? family : undefined
}

/** Labels that Prometheus adds to every row, and the bounds of a histogram. */
const addedLabels = ['instance', 'job', 'le']

/** What is wrong with a query, a sentence each: a metric that there is not, or a label that none of its metrics has. */
export const queryProblems = (metrics: ReadonlyMap<string, ListedMetric>, expression: string): string[] => {
  const { metrics: names, labels } = namesIn(expression)
  const listed = names.map((name) => metricOf(metrics, name))
  const known = new Set([...addedLabels, ...listed.flatMap((metric) => metric?.labels ?? [])])
  return [
    ...(names.length === 0 ? [`No metric is named in: ${expression}`] : []),
    ...names.filter((_, i) => listed[i] === undefined).map((name) => `There is no metric ${name}: ${expression}`),
    ...labels
      .filter((label) => !known.has(label))
      .map((label) => `None of its metrics has the label ${label}: ${expression}`),
  ]
}
