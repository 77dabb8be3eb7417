import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nestsTooDeep } from '../../src/lib/shallow-json.ts'
import { eventData, longestEvidence } from '../../src/sessions/event-data.ts'

const delivered = (body: string) =>
  eventData({ source: 'webhook', evidence: { kind: 'delivery', messageId: '01JQ', eventType: 'a.type', body } })

const answered = (row: unknown) =>
  eventData({ source: 'poll', evidence: { kind: 'answer', endpoint: '/live', row: () => row } })

test('an event that a delivery made keeps its body', () => {
  expect(delivered('{"is_live":true,"id":90071992547409931}')).toEqual({
    source: 'webhook',
    messageId: '01JQ',
    eventType: 'a.type',
    body: { is_live: true, id: '90071992547409931' },
  })
})

test('an event that a poll made keeps the row of its channel, without credentials', () => {
  const row = {
    title: 'chess',
    stream: { key: 'sk_live', url: 'rtmps://ingest' },
    user: { access_token: 't', url: 'u' },
  }
  expect(answered({ ...row, thumbnail: { url: 'https://a' } })).toEqual({
    source: 'poll',
    endpoint: '/live',
    row: {
      title: 'chess',
      stream: { key: '[removed]', url: '[removed]' },
      user: { access_token: '[removed]', url: '[removed]' },
      thumbnail: { url: 'https://a' },
    },
  })
})

test('an inferred end says what it was inferred from', () => {
  const [lastSeenAt, first, second] = [new Date(0), new Date(60_000), new Date(120_000)]
  const seen = { source: 'poll', evidence: { kind: 'answer', endpoint: '/live' } } as const
  expect(eventData(seen, { because: { lastSeenAt, missedAt: [first, second] } })).toEqual({
    source: 'poll',
    endpoint: '/live',
    row: null,
    inferredFrom: { lastSeenAt, missedAt: [first, second] },
  })
  expect(eventData(seen, { because: { lastSeenAt, newerBroadcast: second } })).toMatchObject({
    inferredFrom: { lastSeenAt, newerBroadcast: second },
  })
  const silent = { source: 'poll', evidence: { kind: 'silence', since: first } } as const
  expect(eventData(silent, { because: { lastSeenAt, missedAt: [second, second] } })).toEqual({
    source: 'poll',
    inferredFrom: { lastSeenAt, notProbedSince: first },
  })
})

test('an end that somebody reported earlier says who and when', () => {
  const seen = { source: 'poll', evidence: { kind: 'answer', endpoint: '/live' } } as const
  const because = { endedAt: new Date(5_000), source: 'webhook' } as const
  expect(eventData(seen, { because })).toMatchObject({ source: 'poll', reportedEnd: because })
})

test('what is longer than the bound is cut, and its length is told', () => {
  const long = { text: 'ü'.repeat(longestEvidence) }
  const data = answered(long) as { row: string; truncated: boolean; length: number }
  expect(data).toMatchObject({ truncated: true, length: Buffer.byteLength(JSON.stringify(long)) })
  expect(Buffer.byteLength(data.row)).toBeLessThanOrEqual(longestEvidence)
  expect(data.row.isWellFormed()).toBe(true)
  expect(JSON.stringify(long).startsWith(data.row)).toBe(true)
})

test('a body that is no JSON, or too deep to be read, is kept as its text', () => {
  expect(delivered('no json')).toMatchObject({ body: 'no json' })
  const deep = `${'['.repeat(200)}1${']'.repeat(200)}`
  expect(delivered(deep)).toMatchObject({ body: deep })
})

test('a row that is deeper than an answer may be is cut', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(99)}1${'}'.repeat(99)}`)
  const data = answered(deep)
  expect(data).toMatchObject({ truncated: true })
  expect(nestsTooDeep(JSON.stringify({ data: { nodes: [{ data }] } }))).toBe(false)
})

test('whatever came, Postgres and JSON can hold it, it is bounded, and no secret is in it', () => {
  const secret = fc.constantFrom('key', 'stream_key', 'token', 'client_secret', 'PASSWORD', 'Authorization')
  const value = fc.jsonValue({ noUnicodeString: false, depthSize: 'medium' })
  fc.assert(
    fc.property(value, secret, fc.string({ unit: 'binary' }), (inner, name, odd) => {
      const row = { [odd]: inner, '\u0000\ud800': '\u0000\udfff', nested: [{ [name]: 'hidden-value' }] }
      const text = JSON.stringify(answered(row))
      expect(text).not.toMatch(/\\u0000|\\ud[89a-f]|hidden-value/i)
      expect(Buffer.byteLength(text)).toBeLessThan(2 * longestEvidence + 200)
      expect(JSON.parse(text)).toMatchObject({ source: 'poll', endpoint: '/live' })
    }),
  )
})
