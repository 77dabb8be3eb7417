import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** A number of this process, read when somebody asks for it. A counter only ever grows. */
export type MetricSource = {
  name: string
  help: string
  kind: 'gauge' | 'counter'
  read(): number | readonly { labels: Record<string, string>; value: number }[]
}

/** The metrics of one app instance. */
export type Metrics = {
  observeOperation(operation: { type: string; name: string | undefined; failed: boolean; durationMs: number }): void
  /** The Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
}

// Clients choose the names of operations: beyond this many they share one label.
const maxOperationNames = 200

/** Pool numbers of a database, under its name. */
export const poolMetrics = (pools: Record<string, Postgres>): MetricSource[] => {
  const entries = Object.entries(pools)
  const perPool = (read: (stats: ReturnType<Postgres['stats']>) => number) => () =>
    entries.map(([database, db]) => ({ labels: { database }, value: read(db.stats()) }))
  return [
    {
      name: 'postgres_pool_connections',
      help: 'Open connections.',
      kind: 'gauge',
      read: perPool(({ total }) => total),
    },
    {
      name: 'postgres_pool_idle_connections',
      help: 'Open connections without work.',
      kind: 'gauge',
      read: perPool(({ idle }) => idle),
    },
    {
      name: 'postgres_pool_waiting_requests',
      help: 'Statements that wait for a connection.',
      kind: 'gauge',
      read: perPool(({ waiting }) => waiting),
    },
    {
      name: 'postgres_pool_max_connections',
      help: 'Most connections at a time.',
      kind: 'gauge',
      read: perPool(({ max }) => max),
    },
    {
      name: 'postgres_statements_total',
      help: 'Statements sent.',
      kind: 'counter',
      read: perPool(({ statements }) => statements),
    },
  ]
}

/** Writes a source as it is now. Its labels are those of its rows, which may come and go. */
const write = (registry: Registry, { name, help, kind, read }: MetricSource): void => {
  const value = read()
  const rows = typeof value === 'number' ? [{ labels: {}, value }] : value
  const labelNames = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))]
  const options = { name, help, labelNames, registers: [registry] }
  if (kind === 'gauge') {
    const gauge = new Gauge(options)
    for (const row of rows) gauge.set(row.labels, row.value)
  } else {
    const counter = new Counter(options)
    for (const row of rows) counter.inc(row.labels, row.value)
  }
}

/** A registry of its own, so that several apps in one process do not mix. */
export const createMetrics = (sources: readonly MetricSource[]): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const latency = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Time from the guard to the end of the execution.',
    labelNames: ['type', 'name', 'failed'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const names = new Set<string>()
  return {
    contentType: registry.contentType,
    async text() {
      const now = new Registry()
      for (const source of sources) write(now, source)
      return `${await registry.metrics()}\n${await now.metrics()}`
    },
    observeOperation({ type, name = '', failed, durationMs }) {
      const known = names.has(name) || names.size < maxOperationNames
      if (known) names.add(name)
      latency.observe({ type, name: known ? name : 'other', failed: String(failed) }, durationMs / 1000)
    },
  }
}
