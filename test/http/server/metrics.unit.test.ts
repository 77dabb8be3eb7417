import { expect, test } from 'vitest'
import { createMetrics } from '../../../src/http/server/metrics.ts'
import type { MetricSource } from '../../../src/lib/metric.ts'

test('rows of a source may come and go, and are read at every scrape', async () => {
  let rows: { labels: Record<string, string>; value: number }[] = []
  let total = 0
  const sources: MetricSource[] = [
    { name: 'spool_rows', help: 'Rows.', kind: 'gauge', read: () => rows },
    { name: 'calls_total', help: 'Calls.', kind: 'counter', read: () => total },
  ]
  const metrics = createMetrics(sources)
  expect(await metrics.text()).toMatch(/^calls_total 0$/m)
  rows = [{ labels: { table: 'a' }, value: 7 }]
  total = 3
  const text = await metrics.text()
  expect(text).toMatch(/^spool_rows\{table="a"\} 7$/m)
  expect(text).toMatch(/^calls_total 3$/m)
  rows = []
  expect(await metrics.text()).not.toMatch(/^spool_rows\{/m)
})

test('two apps in one process do not mix', async () => {
  const source = (value: number): MetricSource => ({
    name: 'calls_total',
    help: 'Calls.',
    kind: 'counter',
    read: () => value,
  })
  const [first, second] = [createMetrics([source(1)]), createMetrics([source(2)])]
  expect(await first.text()).toMatch(/^calls_total 1$/m)
  expect(await second.text()).toMatch(/^calls_total 2$/m)
})
