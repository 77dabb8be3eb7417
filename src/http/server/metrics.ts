import { setTimeout as delay } from 'node:timers/promises'
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client'
import { isAnswerCode, reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import {
  createCounter,
  createHistogram,
  type HistogramSource,
  type MetricSource,
  type MetricValue,
  type NumberSource,
} from '../../lib/metric.ts'

/** How operations come in. */
export type Transport = 'http' | 'sse' | 'websocket'

/** An operation that was executed to its end, or a subscription that has begun. */
type OperationReport = {
  transport: Transport
  type: string
  name: string | undefined
  failed: boolean
  durationMs: number
  /** What the guard reckoned. */
  cost: number
  requestId: string
}

/** Is told of every operation; it never throws. */
export type OnOperation = (operation: OperationReport) => void

/** Is told the code of every error that an answer carries, refusals included; it never throws. */
export type OnError = (transport: Transport, code: string) => void

/** The metrics of one app instance. */
export type Metrics = {
  observeOperation: OnOperation
  observeError: OnError
  /** A request to one of the server's own paths was answered. */
  observeRequest(request: { route: string; method: string; status: number; durationMs: number }): void
  /** The Prometheus text format; a number that can not be had within a second has no row. */
  text(): Promise<string>
  readonly contentType: string
}

export type MetricsOptions = {
  /** Documents whose operations always have a label of their own. */
  documents?: Iterable<string>
  log?: Log
}

// Clients choose the names of operations: beyond this many they share one label.
const maxOperationNames = 100
const maxNameLength = 64
const patienceMs = 1_000

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])

const operationNames = (document: string): string[] =>
  Array.from(document.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g), ([, name]) => name!)

/** Names as they are up to a limit, first come first served, and `other` for the rest. */
const boundedNames = (always: Iterable<string>): ((name: string | undefined) => string) => {
  const reserved = new Set(always)
  const seen = new Set<string>()
  return (name) => {
    if (name === undefined || name === '') return 'anonymous'
    if (reserved.has(name) || seen.has(name)) return name
    if (seen.size >= maxOperationNames || name.length > maxNameLength) return 'other'
    seen.add(name)
    return name
  }
}

/** The value of a source, or no row where it can not be had in time. */
const valueNow = async ({ name, read }: NumberSource, log: Log | undefined): Promise<MetricValue> => {
  const patience = new AbortController()
  try {
    const value = read()
    if (!(value instanceof Promise)) return value
    return await Promise.race([value, delay(patienceMs, [], { signal: patience.signal })])
  } catch (error) {
    log?.debug({ metric: name, err: reasonText(error) }, 'a metric could not be read')
    return []
  } finally {
    patience.abort()
  }
}

type Labels = Readonly<Record<string, string | number>>

/** A row as prom-client writes it: of a histogram, one of its buckets, its sum or its count. Shared labels are rendered once. */
type Row = { metricName?: string; labels: Labels; sharedLabels?: Labels; value: number }

const numberRows = (value: MetricValue): readonly Row[] =>
  typeof value === 'number' ? [{ labels: {}, value }] : (value ?? [])

const histogramRows = ({ name, read }: HistogramSource): readonly Row[] =>
  read().flatMap(({ labels: sharedLabels, histogram: { bounds, counts, sum } }) => {
    let total = 0
    const buckets = counts.map((count, i) => {
      total += count
      return { metricName: `${name}_bucket`, labels: { le: bounds[i] ?? '+Inf' }, sharedLabels, value: total }
    })
    const rest = { labels: {}, sharedLabels }
    return [
      ...buckets,
      { metricName: `${name}_sum`, ...rest, value: sum },
      { metricName: `${name}_count`, ...rest, value: total },
    ]
  })

/** A source as a metric of prom-client, which asks for its rows at each scrape. */
const asMetric = (source: MetricSource, log: Log | undefined): Metric => {
  const { name, kind: type, labels = [] } = source
  const help = labels.length > 0 ? `${source.help} Labels: ${labels.join(', ')}.` : source.help
  const rows = async () =>
    source.kind === 'histogram' ? histogramRows(source) : numberRows(await valueNow(source, log))
  const metric = { name, help, type, get: async () => ({ name, help, type, values: await rows() }) }
  // The registry asks a metric for nothing else, but its types know the classes of prom-client only.
  return metric as unknown as Metric
}

/** A registry of its own, so that several apps in one process do not mix. */
export const createMetrics = (sources: readonly MetricSource[], options: MetricsOptions = {}): Metrics => {
  const { documents = [], log } = options
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const operations = createHistogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Time from the guard to the end of the execution; of a subscription, to its beginning.',
    labels: ['transport', 'type', 'name', 'outcome'],
  })
  const errors = createCounter({
    name: 'graphql_errors_total',
    help: 'Errors in answers, refusals included, by their code.',
    labels: ['transport', 'code'],
  })
  const requests = createHistogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labels: ['route', 'method', 'status'],
  })
  for (const source of [operations, errors, requests, ...sources]) registry.registerMetric(asMetric(source, log))
  const boundedName = boundedNames(Array.from(documents).flatMap(operationNames))
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observeOperation({ transport, type, name, failed, durationMs }) {
      operations.of(transport, type, boundedName(name), failed ? 'error' : 'ok').observe(durationMs / 1_000)
    },
    observeError(transport, code) {
      errors.add(1, transport, isAnswerCode(code) ? code : 'other')
    },
    observeRequest({ route, method, status, durationMs }) {
      requests.of(route, methods.has(method) ? method : 'other', String(status)).observe(durationMs / 1_000)
    },
  }
}
