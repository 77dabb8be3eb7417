import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { bodyBytes, bodyText, decodeDelivery, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { renderInboxRow } from '../../src/webhooks/inbox-row.ts'
import { timelinessOf } from '../../src/webhooks/judge-delivery.ts'
import { createReceiptTime } from '../../src/webhooks/receipt-time.ts'

const delivery: Delivery = {
  source: 'kick',
  messageId: '01JQR5KV0QC94HMETWYNBWRW4Z',
  eventType: 'chat.message.sent',
  eventVersion: '1',
  subscriptionId: null,
  sentAt: new Date('2026-01-02T03:04:05.678Z'),
  signature: 'AAAA',
  body: '{"a":1}',
  receivedAt: 1_767_323_045_700_123n,
  receipt: '0b7d5c1e-6a3f-4f2b-9c8d-1e2f3a4b5c6d',
  replay: false,
}

describe('a body as text', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((list) => Buffer.from(list)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.string({ unit: fc.constantFrom('\n', '\t', '\r', '"', '\\', '{') }).map((text) => Buffer.from(text)),
    fc.string().map((text) => Buffer.from(`base64:${text}`)),
  )

  test('gives the same bytes again, whatever they are', () => {
    fc.assert(fc.property(bytes, (body) => bodyBytes(bodyText(body)).equals(body)))
  })

  test('is the body itself where that is UTF-8, byte order mark and NUL included', () => {
    for (const text of ['{"a":"ü\u{1f600}"}', '\ufeff[]', '\0', '']) expect(bodyText(Buffer.from(text))).toBe(text)
    expect(bodyText(Buffer.from([0xff]))).toBe('base64:/w==')
  })

  test('survives the row of a delivery, which is one line', () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.bigInt({ min: 0n, max: 2n ** 62n }), (body, replay, receivedAt) => {
        const one = { ...delivery, body: bodyText(body), replay, receivedAt }
        const row = encodeDelivery(one)
        expect(row).not.toContain('\n')
        expect(decodeDelivery(row)).toEqual(one)
      }),
    )
  })
})

const inboxRow = (one: Delivery): Record<string, unknown> => {
  const values = JSON.parse(renderInboxRow('test', one, 'PROJECTED', true)) as unknown[]
  return Object.fromEntries(values.map((value, index) => [inboxFormat.columns[index], value]))
}

test('an inbox row holds the delivery, with the millisecond of its receipt', () => {
  expect(inboxRow(delivery)).toEqual({
    env: 'test',
    source: 'kick',
    event_type: 'chat.message.sent',
    event_version: '1',
    message_id: delivery.messageId,
    channel_user_id: '',
    subscription_id: '',
    payload: '{"a":1}',
    signature: 'AAAA',
    headers: '',
    verified: 1,
    outcome: 'PROJECTED',
    reason: '',
    repeat_of: '',
    left_out: 0,
    replay: false,
    sent_at: '1767323045.678',
    received_at: '1767323045.700',
  })
})

test('an inbox row leaves out a claimed instant that no column can hold', () => {
  for (const sentAt of [new Date('9999-01-01T00:00:00Z'), new Date('0001-01-01T00:00:00Z'), new Date(Number.NaN)])
    expect(inboxRow({ ...delivery, sentAt }).sent_at).toBeNull()
})

describe('times of receipt', () => {
  test('grow strictly by the step at least, however the clock goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2 }), fc.bigInt(1n, 2_000n), (clock, step) => {
        let tick = 0
        const receiptTime = createReceiptTime(() => clock[tick++]!, step)
        const times = clock.map(receiptTime)
        for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(step)
      }),
    )
  })

  test('are those of the clock where it moves', () => {
    let now = 1_000
    const receiptTime = createReceiptTime(() => now)
    expect([receiptTime(), receiptTime()]).toEqual([1_000_000n, 1_000_001n])
    now = 1_001
    expect(receiptTime()).toBe(1_001_000n)
  })
})

describe('a delivery received', () => {
  const minuteMs = 60_000
  const dayMs = 24 * 60 * minuteMs
  const ageAtReceipt = (ageMs: number) =>
    timelinessOf(delivery.sentAt, BigInt(delivery.sentAt.getTime() + ageMs) * 1_000n)

  test.each([
    ['at once', 0, 'timely'],
    ['five minutes after it was sent', 5 * minuteMs, 'timely'],
    ['a little later', 5 * minuteMs + 1, 'late'],
    ['six minutes after it was sent', 6 * minuteMs, 'late'],
    ['seven days after it was sent', 7 * dayMs, 'late'],
    ['later than that', 7 * dayMs + 1, 'quarantined'],
    ['eight days after it was sent', 8 * dayMs, 'quarantined'],
    ['five minutes before it was sent', -5 * minuteMs, 'timely'],
    ['earlier than that', -5 * minuteMs - 1, 'quarantined'],
  ])('%s (%d ms) is %s', (_, ageMs, expected) => {
    expect(ageAtReceipt(ageMs)).toBe(expected)
  })
})
