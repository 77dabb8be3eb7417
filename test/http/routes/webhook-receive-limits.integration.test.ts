import { describe, expect, test } from 'vitest'
import { SpoolDiskError } from '../../../src/ingest/spool-errors.ts'
import type { WebhookSource } from '../../../src/platforms/webhook-source.ts'
import { createSkippingTimer } from '../../support/lib/virtual-timer.ts'
import { startScriptedHttp } from '../../support/platforms/scripted-http.ts'
import { createSigner } from '../../support/platforms/webhook-signer.ts'
import { kickReader } from '../../support/webhooks/delivery-readers.ts'
import { startReceiving } from '../../support/webhooks/webhook-receiving.ts'

const forger = createSigner()
const forgery = (body = '{}') => forger.sign({ body })

test('when the spool is full deliveries are answered 503 with Retry-After, and none that was answered 200 is missing', async () => {
  await using fixture = await startReceiving({ maxBytes: 20_000 })
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => ({
      n,
      response: await fixture.send(fixture.signer.sign({ body: JSON.stringify({ n, text: 'x'.repeat(200) }) })),
    })),
  )
  const accepted = answers.filter(({ response }) => response.status === 200)
  const refused = answers.filter(({ response }) => response.status === 503)
  expect(accepted.length).toBeGreaterThan(5)
  expect(refused.length).toBeGreaterThan(5)
  expect(accepted.length + refused.length).toBe(100)
  for (const { response } of refused) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  const stored = (await fixture.deliveries()).map(({ body }) => (JSON.parse(body) as { n: number }).n)
  expect(stored.toSorted((a, b) => a - b)).toEqual(accepted.map(({ n }) => n))
  expect(await fixture.counted('unavailable')).toBe(refused.length)
})

test('a disk that refuses is answered 503, and said in the log once a minute', async () => {
  let now = Date.now()
  let broken = true
  const errors: string[] = []
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (_: object, text: string) => errors.push(text),
    child: () => log,
  }
  await using fixture = await startReceiving({
    clock: () => now,
    steady: () => now,
    log,
    spool: (spool) => ({
      stats: spool.stats,
      append: (target, rows) =>
        broken ? Promise.reject(new SpoolDiskError('no space left on device')) : spool.append(target, rows),
    }),
  })
  const send = async () => (await fixture.send(fixture.signer.sign({ body: '{}' }))).status
  expect([await send(), await send()]).toEqual([503, 503])
  expect(errors).toHaveLength(1)
  now += 60_000
  expect(await send()).toBe(503)
  expect(errors).toHaveLength(2)
  broken = false
  expect(await send()).toBe(200)
  expect(await fixture.deliveries()).toHaveLength(1)
})

test('forged deliveries are kept up to a rate; the rest is answered the same and only counted', async () => {
  let now = Date.now()
  await using fixture = await startReceiving({ clock: () => now, steady: () => now })
  const forge = async (count: number) => {
    const answers = await Promise.all(Array.from({ length: count }, () => fixture.send(forgery())))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  }
  await forge(150)
  expect(await fixture.forged()).toHaveLength(100)
  now += 1_000
  await forge(20)
  const kept = await fixture.forged()
  expect(kept).toHaveLength(105)
  // The first row of each allowance says how many are not here.
  expect(kept.map(({ left_out }) => left_out)).toEqual([...Array(100).fill(0), 50, 0, 0, 0, 0])
  now += 3_600_000
  await forge(1)
  expect(await fixture.forged()).toHaveLength(106)
  expect(await fixture.counted('forged')).toBe(171)
})

test('deliveries without a readable head are kept up to a rate of their own', async () => {
  const now = Date.now()
  await using fixture = await startReceiving({ clock: () => now, steady: () => now })
  const headless = { headers: {}, body: Buffer.from('{}') }
  await Promise.all(Array.from({ length: 150 }, () => fixture.send(headless)))
  expect(await fixture.forged()).toHaveLength(100)
  await fixture.send(forgery())
  const rows = await fixture.forged()
  expect(rows.map(({ outcome }) => outcome)).toEqual([...Array(100).fill('MALFORMED'), 'FORGED'])
  expect(fixture.receiver.leftOut()).toEqual({ MALFORMED: 50, FORGED: 0 })
})

test('forged deliveries are kept cut, at distinct milliseconds even of one id', async () => {
  const now = Date.now()
  await using fixture = await startReceiving({ clock: () => now, steady: () => now })
  const forged = forgery('\u{1f600}'.repeat(10_000))
  await Promise.all(Array.from({ length: 10 }, () => fixture.send(forged)))
  const rows = await fixture.forged()
  expect(new Set(rows.map(({ received_at }) => received_at)).size).toBe(10)
  for (const { payload } of rows) expect((payload as string).length).toBe(4_096)
})

test('forged deliveries leave half of the spool to genuine ones, however many come at once', async () => {
  await using fixture = await startReceiving({ maxBytes: 60_000 })
  const forged = Array.from({ length: 50 }, () => forgery('x'.repeat(3_000)))
  const answers = await Promise.all(forged.map(fixture.send))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  expect((await fixture.forged()).length).toBeGreaterThan(1)
  expect(fixture.spool.stats().bytes).toBeLessThan(40_000)
  expect((await fixture.send(fixture.signer.sign({ body: 'x'.repeat(15_000) }))).status).toBe(200)
})

describe('what refuses is not ready from that moment on, and ready again when it takes something, although nobody sends', () => {
  const large = () => JSON.stringify({ n: 'x'.repeat(200_000) })
  const sendUntilRefused = async (fixture: Awaited<ReturnType<typeof startReceiving>>) => {
    for (let n = 0; n < 100; n++) {
      const { status } = await fixture.send(fixture.signer.sign({ body: large() }))
      if (status === 503) return n
    }
    throw new Error('nothing was refused')
  }
  const empty = async ({ spool }: Awaited<ReturnType<typeof startReceiving>>) => {
    for (let batch = await spool.take('@webhook'); batch; batch = await spool.take('@webhook'))
      await spool.settle(batch)
  }

  test.each([
    [
      'a disk that is full',
      { maxFileBytes: 1_500_000 },
      'The disk of the spool takes nothing: what comes in is refused.',
    ],
    ['a spool without room', { maxBytes: 1_000_000 }, 'The spool has no room: what comes in is refused.'],
  ])('%s', async (_, limits, reason) => {
    let now = Date.now()
    await using fixture = await startReceiving({ ...limits, clock: () => now, steady: () => now })
    expect(await fixture.ready()).toMatchObject({ status: 200, reasons: [] })
    expect(await sendUntilRefused(fixture)).toBeGreaterThan(2)
    expect(await fixture.ready()).toMatchObject({ status: 503, reasons: [reason] })
    now += 1_000
    expect(await fixture.ready()).toMatchObject({ status: 503, reasons: [reason] })
    await empty(fixture)
    now += 1_000
    expect(await fixture.ready()).toMatchObject({ status: 200, reasons: [] })
    expect((await fixture.send(fixture.signer.sign({ body: large() }))).status).toBe(200)
  })

  test('a delivery that is taken says so as well', async () => {
    const now = Date.now()
    await using fixture = await startReceiving({ maxFileBytes: 1_500_000, clock: () => now, steady: () => now })
    await sendUntilRefused(fixture)
    await fixture.ready()
    await empty(fixture)
    expect(await fixture.ready()).toMatchObject({ status: 503 })
    expect((await fixture.send(fixture.signer.sign({ body: large() }))).status).toBe(200)
    expect(await fixture.ready()).toMatchObject({ status: 200 })
  })

  test('a receiver knows whether its platform has credentials, also before its key is there', async () => {
    const absent: WebhookSource = { ...kickReader, platform: 'absent', verify: async () => ({ kind: 'not-set-up' }) }
    await using fixture = await startReceiving({ keyless: true, more: [absent] })
    expect(await Promise.all(fixture.receivers.map((receiver) => receiver.isSetUp()))).toEqual([true, false])
    expect(fixture.receiver.isBlind()).toBe(false)
  })

  test('a receiver that has nothing to check with is blind until it has', async () => {
    let key: string | null = null
    const signer = createSigner()
    await using kick = await startScriptedHttp(() =>
      key === null ? { status: 503, text: '' } : { json: { data: { public_key: key } } },
    )
    const timer = createSkippingTimer()
    await using fixture = await startReceiving({ kick: { apiUrl: kick.url, timer } })
    const send = async () => (await fixture.send(signer.sign({ body: '{}' }))).status
    expect(fixture.receiver.isBlind()).toBe(false)
    expect(await send()).toBe(503)
    expect(fixture.receiver.isBlind()).toBe(true)
    key = signer.publicKeyPem
    timer.skip(60_000)
    expect(await send()).toBe(200)
    expect(fixture.receiver.isBlind()).toBe(false)
  })
})
