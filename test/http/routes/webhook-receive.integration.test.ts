import { describe, expect, test } from 'vitest'
import { newUlid } from '../../../src/lib/ids.ts'
import { createSigner, type SignedDelivery } from '../../support/platforms/webhook-signer.ts'
import { chat, receivedWebhooks } from '../../support/webhooks/received-webhooks.ts'

const webhooks = receivedWebhooks()
const { genuine, newDeliveries, newForged } = webhooks

const withHeader = (delivery: SignedDelivery, name: string, value: string | null): SignedDelivery => {
  const { [`kick-event-${name}`]: _, ...headers } = delivery.headers
  return { ...delivery, headers: value === null ? headers : { ...headers, [`kick-event-${name}`]: value } }
}

const expectRefused = async (delivery: SignedDelivery, status: number, kept = 0): Promise<void> => {
  const response = await webhooks.fixture.send(delivery)
  expect(response.status).toBe(status)
  expect(await newDeliveries()).toEqual([])
  expect(await newForged()).toHaveLength(kept)
}

describe('a genuine delivery', () => {
  test('is on the disk as it was sent when it is answered', async () => {
    const delivery = webhooks.fixture.signer.sign({
      body: chat,
      messageId: newUlid(),
      type: 'chat.message.sent',
      subscriptionId: '01HSUBSCRIPTION',
      timestamp: new Date().toISOString(),
    })
    const response = await webhooks.fixture.send(delivery)
    expect(response.status).toBe(200)
    const [kept] = await newDeliveries()
    expect([kept]).toEqual([
      {
        source: 'kick',
        messageId: delivery.headers['kick-event-message-id'],
        eventType: 'chat.message.sent',
        eventVersion: '1',
        subscriptionId: '01HSUBSCRIPTION',
        sentAt: new Date(delivery.headers['kick-event-message-timestamp']!),
        signature: delivery.headers['kick-event-signature'],
        headers: expect.any(String),
        body: chat,
        receivedAt: expect.any(BigInt),
        receipt: expect.stringMatching(/^[0-9a-f-]{36}$/),
        replay: false,
      },
    ])
    // What else came, such as the host, is not kept; numbers stand for what is stored beside.
    expect(Object.fromEntries(JSON.parse(kept!.headers!))).toEqual({
      'content-type': 'application/json',
      'kick-event-message-id': 1,
      'kick-event-subscription-id': 2,
      'kick-event-signature': 0,
      'kick-event-message-timestamp': delivery.headers['kick-event-message-timestamp'],
      'kick-event-type': 'chat.message.sent',
      'kick-event-version': '1',
      'user-agent': 'node',
    })
    expect(await newForged()).toEqual([])
  })

  test.each([
    ['an unknown type', { type: 'foo.bar', body: chat }],
    ['an unknown version', { version: '2', body: chat }],
    ['the type of another event', { type: 'livestream.status.updated', body: chat }],
    ['a list as its body', { body: '[]' }],
    ['null as its body', { body: 'null' }],
    ['a truncated body', { body: '{"message_id":' }],
    ['an empty body', { body: '' }],
    ['a body nested ten thousand deep', { body: '['.repeat(10_000) + ']'.repeat(10_000) }],
    ['a body with NUL, a lone surrogate and emoji', { body: '{"content":"\0\\ud800 \u{1f600}"}' }],
    ['a body that is not UTF-8', { body: Buffer.from([0x7b, 0xff, 0xfe, 0x0a, 0x7d]) }],
    ['a body of 256 KiB', { body: 'x'.repeat(256 * 1024) }],
  ])('is accepted with %s', async (_, content) => {
    const response = await webhooks.fixture.send(webhooks.fixture.signer.sign(content))
    expect(response.status).toBe(200)
    expect(await newDeliveries()).toHaveLength(1)
  })

  test.each([
    ['six minutes old', -6 * 60_000],
    ['eight days old', -8 * 86_400_000],
    ['six minutes ahead', 6 * 60_000],
  ])('is accepted when %s', async (_, offsetMs) => {
    const sent = Date.now() + offsetMs
    const timestamp = new Date(sent).toISOString()
    const delivery = webhooks.fixture.signer.sign({ body: chat, timestamp, messageId: ulidAt(sent) })
    expect((await webhooks.fixture.send(delivery)).status).toBe(200)
    expect(await newDeliveries()).toMatchObject([{ sentAt: new Date(sent) }])
  })

  test('that was held back and stamped only when it went out is as old as its id', async () => {
    const made = Date.now() - 2 * 3_600_000
    const delivery = webhooks.fixture.signer.sign({
      body: chat,
      timestamp: new Date().toISOString(),
      messageId: ulidAt(made),
    })
    expect((await webhooks.fixture.send(delivery)).status).toBe(200)
    expect(await newDeliveries()).toMatchObject([{ sentAt: new Date(made) }])
  })

  test('may have a timestamp whose date stands there twice, and is signed with it as it came', async () => {
    const timestamp = new Date().toISOString().replace(/\.\d+/, '')
    const delivery = webhooks.fixture.signer.sign({ body: chat, timestamp: timestamp.slice(0, 11) + timestamp })
    expect((await webhooks.fixture.send(delivery)).status).toBe(200)
    expect(await newDeliveries()).toMatchObject([{ sentAt: new Date(timestamp) }])
  })

  test('is accepted a hundred times at once, each with a receipt of its own, in the order of the spool', async () => {
    const delivery = genuine()
    const responses = await Promise.all(Array.from({ length: 100 }, () => webhooks.fixture.send(delivery)))
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    const receipts = (await newDeliveries()).map(({ receivedAt }) => receivedAt)
    expect(receipts).toHaveLength(100)
    expect(receipts).toEqual(receipts.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(new Set(receipts).size).toBe(100)
  })
})

/** An id of this time. */
const ulidAt = (ms: number): string => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  let time = ''
  for (let rest = ms; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time
  return time + newUlid().slice(10)
}

describe('headers that no genuine delivery has', () => {
  const now = () => new Date().toISOString()
  const id = newUlid()

  test.each([
    ['no id', 'message-id', null],
    ['an empty id', 'message-id', ''],
    ['an id in lower case', 'message-id', id.toLowerCase()],
    ['an id of 25 characters', 'message-id', id.slice(1)],
    ['an id of 27 characters', 'message-id', `${id}0`],
    ['an id with a dot', 'message-id', `${id.slice(0, 25)}.`],
    ...['I', 'L', 'O', 'U'].map((letter) => [`an id with ${letter}`, 'message-id', id.slice(0, 25) + letter] as const),
    ['an id beyond 128 bits', 'message-id', `8${id.slice(1)}`],
    ['two ids', 'message-id', `${id}, ${id}`],
    ['no timestamp', 'message-timestamp', null],
    ['unix seconds', 'message-timestamp', String(Math.floor(Date.now() / 1_000))],
    ['a timestamp without a zone', 'message-timestamp', now().slice(0, -1)],
    ['an offset of sixty minutes', 'message-timestamp', now().replace('Z', '+00:60')],
    ['a fraction of twelve digits', 'message-timestamp', now().replace(/\.\d+Z/, '.123456789012Z')],
    ['a day that does not exist', 'message-timestamp', '2026-02-30T00:00:00Z'],
    ['a date that stands there three times', 'message-timestamp', now().slice(0, 11).repeat(2) + now()],
    ['no type', 'type', null],
    ['a type with a space', 'type', 'chat message'],
    ['a type of 101 characters', 'type', 'x'.repeat(101)],
    ['a version with a space', 'version', '1 2'],
  ] as const)('%s is answered 400, and kept for the audit', async (_, name, value) => {
    await expectRefused(withHeader(genuine(), name, value), 400, 1)
  })

  test('the same signed bytes, split in another way, are answered 400', async () => {
    const delivery = genuine()
    const { 'kick-event-message-id': messageId, 'kick-event-message-timestamp': timestamp } = delivery.headers
    const body = delivery.body.toString()
    for (const [id, time, rest] of [
      [`${messageId}.${timestamp!.slice(0, 4)}`, timestamp!.slice(4), body],
      [messageId!.slice(0, 25), `${messageId!.slice(25)}.${timestamp}`, body],
      [messageId!, `${timestamp}.${body.slice(0, 10)}`, body.slice(10)],
      [messageId!, timestamp!.slice(0, 19), `${timestamp!.slice(19)}.${body}`],
    ] as const) {
      const split = withHeader(withHeader(delivery, 'message-id', id), 'message-timestamp', time)
      expect((await webhooks.fixture.send({ ...split, body: Buffer.from(rest) })).status).toBe(400)
    }
  })

  test('a body with a dot can not be split into a fraction of the timestamp', async () => {
    const timestamp = new Date().toISOString().replace(/\.\d+/, '')
    const delivery = webhooks.fixture.signer.sign({ body: '123Z.rest', timestamp: timestamp.slice(0, -1) })
    await expectRefused(delivery, 400, 1)
    await expectRefused({ ...withHeader(delivery, 'message-timestamp', timestamp), body: Buffer.from('rest') }, 401, 2)
  })
})

test('a delivery without a readable head is kept as what can be read of it, marked as malformed', async () => {
  const delivery = withHeader(withHeader(genuine(), 'message-id', 'x'.repeat(200)), 'message-timestamp', null)
  await expectRefused(delivery, 400, 1)
  expect(await newForged()).toMatchObject([
    {
      source: 'kick',
      event_type: 'chat.message.sent',
      message_id: 'x'.repeat(100),
      payload: chat,
      verified: 0,
      outcome: 'MALFORMED',
      reason: 'Kick-Event-Message-Id must be a ULID.',
      sent_at: null,
    },
  ])
})

describe('a delivery that the platform did not sign', () => {
  test.each([
    ['no signature', null],
    ['an empty signature', ''],
  ])('is answered 401 with %s, and kept for the audit', async (_, value) => {
    await expectRefused(withHeader(genuine(), 'signature', value), 401, 1)
  })

  test.each<[string, (signature: string) => string]>([
    ['no Base64', () => 'not base64!'],
    ['junk in the middle', (s) => `${s.slice(0, 100)}!${s.slice(100)}`],
    ['a space in the middle', (s) => `${s.slice(0, 100)} ${s.slice(100)}`],
    ['more behind its padding', (s) => `${s}AAAA`],
    ['more before its padding', (s) => `${s.slice(0, -2)}AA==`],
    ['no padding', (s) => s.slice(0, -2)],
    ['padding bits that are not zero', (s) => `${s.slice(0, 341)}${s[341] === 'B' ? 'C' : 'B'}==`],
    ['the alphabet of URLs', () => Buffer.alloc(256, 0xfb).toString('base64url')],
    ['255 bytes', (s) => Buffer.from(s, 'base64').subarray(1).toString('base64')],
    ['257 bytes', (s) => Buffer.concat([Buffer.of(0), Buffer.from(s, 'base64')]).toString('base64')],
    ['zeros', () => Buffer.alloc(256).toString('base64')],
  ])('is answered 401 when its signature is or has %s, and kept for the audit', async (_, change) => {
    const delivery = genuine()
    await expectRefused(withHeader(delivery, 'signature', change(delivery.headers['kick-event-signature']!)), 401, 1)
  })

  test.each<[string, (body: string) => string]>([
    ['one byte changed', (body) => body.replace('hi', 'ho')],
    ['a newline behind it', (body) => `${body}\n`],
    ['CRLF behind it', (body) => `${body}\r\n`],
    ['a byte order mark', (body) => `\ufeff${body}`],
    ['the same JSON written in another way', (body) => JSON.stringify(JSON.parse(body), null, 1)],
  ])('is answered 401 when its body has %s, and kept for the audit', async (_, change) => {
    const delivery = genuine()
    await expectRefused({ ...delivery, body: Buffer.from(change(delivery.body.toString())) }, 401, 1)
  })

  test('is answered 401 when it is of another key, by one sentence whatever is wrong with it', async () => {
    const other = createSigner()
    const texts = await Promise.all(
      [
        other.sign({ body: chat }),
        withHeader(genuine(), 'signature', 'x'),
        withHeader(genuine(), 'signature', null),
      ].map(async (delivery) => (await webhooks.fixture.send(delivery)).text()),
    )
    expect(new Set(texts)).toEqual(new Set(['The signature is not valid.']))
  })

  test('is kept as what it claims to be, marked as forged', async () => {
    const delivery = { ...genuine(), body: Buffer.from('{"a":1}') }
    await expectRefused(delivery, 401, 1)
    expect(await newForged()).toMatchObject([
      {
        env: 'test',
        source: 'kick',
        event_type: 'chat.message.sent',
        message_id: delivery.headers['kick-event-message-id'],
        payload: '{"a":1}',
        verified: 0,
        outcome: 'FORGED',
        headers: expect.stringContaining('["kick-event-signature",0]'),
        reason: 'the signature is of other bytes or another key',
        sent_at: (Date.parse(delivery.headers['kick-event-message-timestamp']!) / 1_000).toFixed(3),
      },
    ])
  })
})

describe('a request that is no delivery', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('is answered 405 by %s, which names POST', async (method) => {
    const response = await fetch(webhooks.fixture.url, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  test.each(['gzip', 'br', 'identity, gzip', 'x'])(
    'is answered 415 when its body is encoded as %s',
    async (encoding) => {
      const { headers, body } = genuine()
      await expectRefused({ headers: { ...headers, 'content-encoding': encoding }, body }, 415)
    },
  )

  test('may say that its body is not encoded', async () => {
    const { headers, body } = genuine()
    expect(
      (await webhooks.fixture.send({ headers: { ...headers, 'content-encoding': 'Identity' }, body })).status,
    ).toBe(200)
  })

  test('is answered 413 when its body has more than 256 KiB', async () => {
    await expectRefused(webhooks.fixture.signer.sign({ body: 'x'.repeat(256 * 1024 + 1) }), 413)
  })

  test('is counted by what came of it', async () => {
    const results = ['accepted', 'malformed', 'forged', 'wrong-method', 'encoded']
    const counts = () => Promise.all(results.map((result) => webhooks.fixture.counted(result)))
    const earlier = await counts()
    await webhooks.fixture.send(genuine())
    await webhooks.fixture.send(withHeader(genuine(), 'message-id', 'x'))
    await webhooks.fixture.send(withHeader(genuine(), 'signature', 'x'))
    await fetch(webhooks.fixture.url)
    const { headers, body } = genuine()
    await webhooks.fixture.send({ headers: { ...headers, 'content-encoding': 'gzip' }, body })
    expect(await counts()).toEqual(earlier.map((count) => count + 1))
  })

  test('to a platform that is not set up is answered 404', async () => {
    expect((await fetch(`${webhooks.fixture.serverUrl}/webhooks/myspace`, { method: 'POST' })).status).toBe(404)
  })
})
