import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { openTracing } from '../../src/app/open-tracing.ts'
import { keepSpans, span, type Tracer } from '../../src/lib/tracing.ts'
import { startCollector } from '../support/app/otlp-collector.ts'

const recorded = () => {
  const lines: object[] = []
  const write = (fields: object, message: string) => void lines.push({ ...fields, message })
  const log = { debug: write, info: write, warn: write, error: write, child: () => log }
  return { log, lines }
}

test('without a keeper the work runs in this very turn, and its value comes as it is', () => {
  const value = {}
  expect(span('a', {}, () => value)).toBe(value)
  const promise = Promise.resolve()
  expect(span('a', {}, () => promise)).toBe(promise)
})

test('a keeper is asked until it is disposed of', () => {
  const names: string[] = []
  const tracer: Tracer = {
    run(name, _, work) {
      names.push(name)
      return work({ set() {}, fail() {} })
    },
  }
  {
    using _ = keepSpans(tracer)
    span('kept', {}, () => 1)
  }
  span('not kept', {}, () => 1)
  expect(names).toEqual(['kept'])
})

test('spans follow the flow of promises, and failures are told by kind and never by message', async () => {
  await using collector = await startCollector()
  const tracing = await openTracing({
    endpoint: `${collector.url}/`,
    serviceName: 's',
    log: recorded().log,
  })
  const failing = span('outer', { attributes: { size: 3 } }, async () => {
    await delay(1)
    const inner = span('inner', {}, async () => {
      throw Object.assign(new RangeError('canary in a message'), { code: '23505' })
    })
    inner.catch(() => undefined)
    await span('beside', { onlyWithChildren: true }, async () => delay(1))
    await span('resolve', { onlyWithChildren: true }, async () => span('asked', {}, () => delay(1)))
    await inner
  })
  await expect(failing).rejects.toThrow(RangeError)
  expect(() =>
    span('thrower', {}, () => {
      throw new TypeError('canary')
    }),
  ).toThrow(TypeError)
  await tracing[Symbol.asyncDispose]()
  const byName = Object.fromEntries(collector.spans.map((one) => [one.name, one]))
  expect(Object.keys(byName).sort()).toEqual(['asked', 'inner', 'outer', 'resolve', 'thrower'])
  expect(byName.inner!.parentSpanId).toBe(byName.outer!.spanId)
  expect(byName.resolve!.parentSpanId).toBe(byName.outer!.spanId)
  expect(byName.asked!.parentSpanId).toBe(byName.resolve!.spanId)
  expect(byName.inner!.status).toEqual({ code: 2, message: 'RangeError 23505' })
  expect(byName.thrower!.status).toEqual({ code: 2, message: 'TypeError' })
  expect(byName.outer!.attributes).toEqual({ size: 3 })
  expect(collector.text()).not.toContain('canary')
})

test('a collector that is down costs one line of the log, and the end does not wait for it for ever', async () => {
  const { log, lines } = recorded()
  const steady = vi.fn(() => 0)
  const endpoint = 'http://somebody:canary-of-the-collector@127.0.0.1:9'
  const tracing = await openTracing({ endpoint, serviceName: 's', steady, log, scheduledDelayMs: 1 })
  for (let n = 0; n < 5; n++) {
    span('lost', {}, () => n)
    await delay(20)
  }
  await tracing[Symbol.asyncDispose]()
  expect(lines).toHaveLength(1)
  expect(JSON.stringify(lines)).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT does not take traces/)
  expect(JSON.stringify(lines)).not.toContain('canary')
})
