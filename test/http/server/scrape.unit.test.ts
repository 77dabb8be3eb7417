import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPlatformMetrics } from '../../../src/app/platform-metrics.ts'
import { createMetrics } from '../../../src/http/server/metrics.ts'
import { createCounter, createHistogram, Histogram, type MetricSource } from '../../../src/lib/metric.ts'
import { objections, parseScrape } from '../../support/app/prometheus.ts'

const operation = { transport: 'http', type: 'query', failed: false, durationMs: 3, cost: 1, requestId: 'r' } as const

const samplesOf = async (metrics: ReturnType<typeof createMetrics>, family: string) =>
  parseScrape(await metrics.text()).find(({ name }) => name === family)!.samples

test('a thousand names of operations become a hundred labels, and those of trusted documents always keep theirs', async () => {
  const metrics = createMetrics([], {
    documents: ['query Trusted($id: ID!) { node(id: $id) { id } } mutation AlsoTrusted { a }'],
  })
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }), { maxLength: 10 }), (names) => {
      for (const name of names) metrics.observeOperation({ ...operation, name })
    }),
    { numRuns: 200 },
  )
  for (let n = 0; n < 1_000; n++) metrics.observeOperation({ ...operation, name: `Operation${n}` })
  metrics.observeOperation({ ...operation, name: 'Trusted' })
  metrics.observeOperation({ ...operation, name: undefined })
  const samples = await samplesOf(metrics, 'graphql_operation_duration_seconds')
  const names = new Set(samples.map(({ labels }) => labels.name!))
  expect(names.size).toBeLessThanOrEqual(103)
  for (const name of ['Trusted', 'anonymous', 'other']) expect(names).toContain(name)
  for (const name of names) expect(name.length).toBeLessThanOrEqual(64)
  const counted = samples.filter(({ name }) => name.endsWith('_count')).reduce((sum, { value }) => sum + value, 0)
  expect(counted).toBeGreaterThanOrEqual(1_002)
})

test('codes of errors and methods of requests are bounded, whatever comes', async () => {
  const metrics = createMetrics([])
  for (let n = 0; n < 1_000; n++) {
    metrics.observeError('http', `CODE_${n}`)
    metrics.observeRequest({ route: '/graphql', method: `M${n}`, status: 400, durationMs: 1 })
  }
  metrics.observeError('websocket', 'RATE_LIMITED')
  expect(await samplesOf(metrics, 'graphql_errors_total')).toEqual([
    { name: 'graphql_errors_total', labels: { transport: 'http', code: 'other' }, value: 1_000 },
    { name: 'graphql_errors_total', labels: { transport: 'websocket', code: 'RATE_LIMITED' }, value: 1 },
  ])
  const methods = new Set(
    (await samplesOf(metrics, 'http_request_duration_seconds')).map(({ labels }) => labels.method),
  )
  expect([...methods]).toEqual(['other'])
})

test('a histogram counts every value once at or below its bound, and its sum is theirs', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 30, noNaN: true })), (values) => {
      const histogram = new Histogram([0.1, 1, 10])
      for (const value of values) histogram.observe(value)
      const upTo = [0.1, 1, 10, Number.POSITIVE_INFINITY]
      const expected = upTo.map((bound) => values.filter((value) => value <= bound).length)
      let total = 0
      expect(histogram.counts.map((count) => (total += count))).toEqual(expected)
      expect(histogram.sum).toBeCloseTo(
        values.reduce((sum, value) => sum + value, 0),
        6,
      )
    }),
  )
})

test('labels are told as they are, whatever they hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      const counter = createCounter({ name: 'odd_total', help: 'a\\b\nc', labels: ['label'] })
      counter.add(2, text)
      const samples = await samplesOf(createMetrics([counter]), 'odd_total')
      expect(samples).toEqual([{ name: 'odd_total', labels: { label: text }, value: 2 }])
    }),
    { numRuns: 30 },
  )
})

test('a number that can not be had has no row, and takes nothing from the others', async () => {
  const gauge = (name: string, read: MetricSource & { kind: 'gauge' }) => ({ ...read, name })
  const source = { name: '', help: 'A number.', kind: 'gauge' as const, read: (): number | Promise<number> => 1 }
  const metrics = createMetrics([
    gauge('rejecting', { ...source, read: () => Promise.reject(new Error('canary: the database is gone')) }),
    gauge('throwing', {
      ...source,
      read: () => {
        throw new Error('no')
      },
    }),
    gauge('silent', { ...source, read: () => new Promise<number>(() => {}) }),
    gauge('late', { ...source, read: async () => 7 }),
  ])
  const families = parseScrape(await metrics.text())
  const samples = (name: string) => families.find((family) => family.name === name)!.samples
  expect([samples('rejecting'), samples('throwing'), samples('silent')]).toEqual([[], [], []])
  expect(samples('late')).toEqual([{ name: 'late', labels: {}, value: 7 }])
})

describe('the parser and the conventions can object', () => {
  const wrong = [
    'a 1\n',
    '# TYPE a gauge\na 1\n',
    '# HELP a b\n# TYPE a gauge\na 1\na 2\n',
    '# HELP a b\n# TYPE a gauge\nb 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="1} 1\n',
    '# HELP a b\n# TYPE a gauge\na 1',
  ]
  test.each(wrong)('%j', (text) => expect(() => parseScrape(text)).toThrow())
  test('names', () => {
    const named = (name: string, type: string) => objections({ name, type, help: 'h' })
    for (const [name, type] of [
      ['calls', 'counter'],
      ['rows_total', 'gauge'],
      ['wait_ms', 'gauge'],
      ['waitTime', 'gauge'],
      ['seconds_since', 'gauge'],
      ['a_seconds_old', 'gauge'],
      ['x_sum', 'gauge'],
    ])
      expect(named(name!, type!).length, name).toBe(name === 'seconds_since' ? 0 : 1)
    expect(named('wait_seconds', 'histogram')).toEqual([])
  })
})

test('the budget of a platform is used as much as requests were sent in the last minute', async () => {
  let now = 0
  const { onCall, metrics, sentLastMinute } = createPlatformMetrics(() => now)
  const ratio = metrics.find(({ name }) => name === 'platform_rate_budget_used_ratio')!
  const send = (count: number) => {
    for (let n = 0; n < count; n++)
      onCall({ platform: 'kick', outcome: 'answered', durationMs: 5, requestsPerSecond: 2 })
  }
  send(30)
  now = 30_000
  send(30)
  expect(ratio.read()).toEqual([{ labels: { platform: 'kick' }, value: 0.5 }])
  expect([sentLastMinute('kick'), sentLastMinute('twitch')]).toEqual([60, 0])
  now = 60_000
  expect(ratio.read()).toEqual([{ labels: { platform: 'kick' }, value: 0.25 }])
  expect(sentLastMinute('kick')).toBe(30)
  onCall({ platform: 'twitch', outcome: 'timeout', durationMs: 10_000 })
  expect(ratio.read()).toHaveLength(1)
})

test('a family of histograms is read by its labels', async () => {
  const waits = createHistogram({ name: 'wait_seconds', help: 'Wait.', labels: ['lane'], bounds: [1] })
  waits.of('light').observe(0.5)
  waits.of('light').observe(2)
  expect(await samplesOf(createMetrics([waits]), 'wait_seconds')).toEqual([
    { name: 'wait_seconds_bucket', labels: { lane: 'light', le: '1' }, value: 1 },
    { name: 'wait_seconds_bucket', labels: { lane: 'light', le: '+Inf' }, value: 2 },
    { name: 'wait_seconds_sum', labels: { lane: 'light' }, value: 2.5 },
    { name: 'wait_seconds_count', labels: { lane: 'light' }, value: 2 },
  ])
})
