import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isTracing } from '../../src/lib/tracing.ts'
import { startWholeApp } from '../support/app/in-process-app.ts'
import { type CollectedSpan, type Collector, startCollector } from '../support/app/otlp-collector.ts'
import { connectLive } from '../support/live/live-client.ts'
import { seed } from '../support/stores/seed.ts'

const range = { from: '2026-02-05T00:00:00Z', to: '2026-02-05T01:00:00Z' }
const key = 'canary-of-the-admin-key'
const slug = 'canary-in-a-variable'
const query = `query Watched($slug: String!, $range: TimeRange!) {
  channel(platform: KICK, slug: $slug) { displayName viewers(range: $range, bucket: FIFTEEN_MINUTES) { points { average } } }
}`
const traceId = 'a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3'

let collector: Collector
let spans: CollectedSpan[]
let answers: { data?: { channel: { displayName: string } } }[]

const headers = {
  'Content-Type': 'application/json',
  Authorization: `Bearer ${key}`,
  traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
}

beforeAll(async () => {
  collector = await startCollector()
  {
    await using app = await startWholeApp({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'watched',
    })
    await seed(app.db).channel({ slug, displayName: 'Traced' })
    const body = JSON.stringify({ query, variables: { slug, range } })
    const overHttp = await (await fetch(`${app.url}/graphql`, { method: 'POST', headers, body })).json()
    await fetch(
      `${app.url}/graphql?${new URLSearchParams({ query: 'query ByUrl { me { role } }', variables: `{"a":"${slug}"}` })}`,
    )
    await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, traceparent: '00-zero-zero-01' },
      body: JSON.stringify({ query: 'query Orphan { me { role } }' }),
    })
    await using socket = await connectLive(`${app.url.replace('http', 'ws')}/graphql`, {
      authorization: `Bearer ${key}`,
    })
    socket.subscribe('1', query.replace('Watched', 'OverSocket'), { slug, range })
    answers = [overHttp as (typeof answers)[0], await socket.data()]
  }
  spans = collector.spans
})
afterAll(() => collector?.[Symbol.asyncDispose]())

const named = (name: string | RegExp): CollectedSpan[] =>
  spans.filter((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)))
const one = (name: string): CollectedSpan => {
  const found = named(name)
  expect(found, name).toHaveLength(1)
  return found[0]!
}
const above = (span: CollectedSpan): CollectedSpan | undefined =>
  spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId)
/** The names from a span up to its first ancestor. */
const line = (span: CollectedSpan | undefined): string[] => (span ? [span.name, ...line(above(span))] : [])

test('what was traced was also answered', () => {
  for (const { data } of answers) expect(data?.channel.displayName).toBe('Traced')
})

describe('one request is one trace', () => {
  test('over HTTP: the request below its caller, then the operation, then what it asked of either store', () => {
    const operation = one('query Watched')
    const request = above(operation)!
    expect(request).toMatchObject({
      name: 'POST /graphql',
      traceId,
      parentSpanId: '00f067aa0ba902b7',
      service: 'watched',
    })
    expect(request.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.response.status_code': 200 })
    expect(operation.attributes).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Watched',
    })
    expect(operation.attributes['channelscope.cost']).toBeGreaterThan(0)
    const below = spans.filter((span) => line(span).includes('query Watched'))
    const stores = below.filter(({ attributes }) => 'db.system.name' in attributes)
    expect(new Set(stores.map(({ attributes }) => attributes['db.system.name']))).toEqual(
      new Set(['postgresql', 'clickhouse']),
    )
    for (const span of stores) expect(line(span).slice(-2), span.name).toEqual(['query Watched', 'POST /graphql'])
  })

  test('over WebSocket: the operation, then what it asked of either store', () => {
    const operation = one('query OverSocket')
    expect(operation.parentSpanId).toBe('')
    const stores = spans.filter((span) => span.traceId === operation.traceId && 'db.system.name' in span.attributes)
    expect(new Set(stores.map(({ attributes }) => attributes['db.system.name']))).toEqual(
      new Set(['postgresql', 'clickhouse']),
    )
    for (const span of stores) expect(line(span).at(-1)).toBe('query OverSocket')
  })

  test('a traceparent that is none is ignored', () => {
    const request = above(one('query Orphan'))!
    expect(request.parentSpanId).toBe('')
    expect(request.traceId).not.toBe(traceId)
  })
})

test('what runs beside requests is traced as well', () => {
  expect(named('postgres probe_lease_due').length).toBeGreaterThan(0)
  for (const span of named('postgres probe_lease_due')) expect(span.parentSpanId).toBe('')
})

test('nothing that was sent holds a variable, a key, a query of a URL or the text of a statement', () => {
  const text = collector.text()
  expect(text).toContain('query Watched')
  for (const secret of [slug, key, range.from, 'SELECT "', 'WHERE', '?query=']) expect(text).not.toContain(secret)
})

test('every span has ended with the app, and nobody keeps spans any more', () => {
  expect(isTracing()).toBe(false)
  const known = new Set(spans.map(({ spanId }) => spanId))
  const strays = spans.filter(
    ({ parentSpanId }) => parentSpanId !== '' && parentSpanId !== '00f067aa0ba902b7' && !known.has(parentSpanId),
  )
  expect(strays.map(({ name }) => name)).toEqual([])
})
