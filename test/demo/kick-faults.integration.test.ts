import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KickFixture, startKickFixture } from '../support/platforms/kick-fixture.ts'

const live = '/public/v1/users/livestreams'
const channels = '/public/v1/channels'

let kick: KickFixture

beforeEach(async () => {
  kick = await startKickFixture()
  for (let id = 1; id <= 4; id++) {
    kick.world.add({ id, slug: `c${id}`, avatar: 'data:,a' })
    kick.world.goLive(id, { viewers: 100 * id, title: 'T' })
  }
})
afterEach(() => kick[Symbol.asyncDispose]())

const raw = async (path: string, signal?: AbortSignal) =>
  fetch(`${kick.server.url}${path}`, { headers: { authorization: `Bearer ${await kick.authorize()}` }, signal })

describe('faults of the whole answer', () => {
  it('early-401 ends the token that was used, and a new one works', async () => {
    kick.server.faults.add({ kind: 'early-401', times: 1 })
    expect((await kick.get(`${live}?user_id=1`)).status).toBe(401)
    expect((await kick.get(`${live}?user_id=1`)).status).toBe(401)
    await kick.authorize()
    expect((await kick.get(`${live}?user_id=1`)).status).toBe(200)
  })

  it('rate-limited answers 429 with or without the time to come back', async () => {
    kick.server.faults.add({ kind: 'rate-limited', retryAfterSeconds: 7, times: 1 })
    kick.server.faults.add({ kind: 'rate-limited', times: 1 })
    const [first, second] = [await kick.get(`${live}?user_id=1`), await kick.get(`${live}?user_id=1`)]
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7'])
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, null])
    expect(second.body).toEqual({ data: null, message: 'Too Many Requests' })
  })

  it.each([500, 502, 503] as const)('html-error answers a page with status %i', async (status) => {
    kick.server.faults.add({ kind: 'html-error', status })
    const response = await raw(`${live}?user_id=1`)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=UTF-8'])
    expect(await response.text()).toContain('<html>')
  })

  it('edge-blocked answers 403 in the shape of the edge, also for the token', async () => {
    kick.server.faults.add({ kind: 'edge-blocked' })
    kick.server.faults.add({ kind: 'edge-blocked', path: '/oauth/token' })
    const { status, body } = await kick.get(`${live}?user_id=1`)
    expect([status, body]).toEqual([
      403,
      { error: 'Request blocked by security policy.', reference: expect.any(String) },
    ])
    expect((await kick.tokenRequest({})).status).toBe(403)
  })

  it('truncated answers a complete response with half of the JSON', async () => {
    kick.server.faults.add({ kind: 'truncated' })
    const text = await (await raw(`${live}?user_id=1`)).text()
    expect(text.startsWith('{"data":[{"id":"')).toBe(true)
    expect(() => JSON.parse(text)).toThrow()
  })

  it('cut-off ends the connection inside the body, reset before any answer', async () => {
    kick.server.faults.add({ kind: 'cut-off', times: 1 })
    const response = await raw(`${live}?user_id=1`)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    kick.server.faults.add({ kind: 'reset', times: 1 })
    await expect(raw(`${live}?user_id=1`)).rejects.toThrow()
    expect((await raw(`${live}?user_id=1`)).status).toBe(200)
  })

  it('held gives the answer of the instant of the request when it is let go', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const fault = kick.server.faults.add({ kind: 'held', until: promise, times: 1 })
    const held = kick.get(`${live}?user_id=1`)
    await fault.struck
    kick.world.end(1)
    expect((await kick.get(`${live}?user_id=1`)).body.data).toEqual([])
    resolve()
    expect((await held).body.data.length).toBe(1)
  })

  it('slow gives the right answer after a delay', async () => {
    kick.server.faults.add({ kind: 'slow', delayMs: 5 })
    expect((await kick.get(`${live}?user_id=1`)).body.data.length).toBe(1)
  })

  it('never-answers keeps the caller waiting until it gives up, or until the server closes', async () => {
    const fault = kick.server.faults.add({ kind: 'never-answers' })
    const abort = new AbortController()
    const given = raw(`${live}?user_id=1`, abort.signal)
    const waiting = raw(`${live}?user_id=2`)
    const ends = [expect(given).rejects.toThrow(), expect(waiting).rejects.toThrow()]
    await fault.struck
    abort.abort()
    await ends[0]
    await kick.server[Symbol.asyncDispose]()
    await ends[1]
    expect(kick.server.requests.entries.at(-1)?.status).toBeNull()
  })

  it('closes while answers are slow or held', async () => {
    const slow = kick.server.faults.add({ kind: 'slow', delayMs: 600_000, path: live })
    const held = kick.server.faults.add({ kind: 'held', until: new Promise(() => {}), path: channels })
    const ends = [`${live}?user_id=1`, `${channels}?slug=c1`].map((path) => expect(raw(path)).rejects.toThrow())
    await Promise.all([slow.struck, held.struck])
    await kick.server[Symbol.asyncDispose]()
    await Promise.all(ends)
  })

  it('the rate limit answers 429 past the burst and recovers with the clock', async () => {
    await using limited = await startKickFixture({ rateLimit: { perSecond: 1, burst: 2 } })
    const status = async () => (await limited.get('/public/v1/livestreams/stats')).status
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429])
    limited.advance(1_000)
    expect([await status(), await status()]).toEqual([200, 429])
    await limited.authorize()
  })
})

describe('faults of the data', () => {
  const row = async (path: string) => (await kick.get(path)).body.data[0]

  it('viewer-count-one strikes only the channels it names, in every shape', async () => {
    kick.server.faults.add({ kind: 'viewer-count-one', ids: [2] })
    const { body } = await kick.get(`${live}?user_id=1&user_id=2`)
    const counts = new Map(
      body.data.map((item: { broadcaster_user: { id: number }; viewer_count: number }) => [
        item.broadcaster_user.id,
        item.viewer_count,
      ]),
    )
    expect([counts.get(1), counts.get(2)]).toEqual([100, 1])
    expect((await row(`${channels}?slug=c2`)).stream.viewer_count).toBe(1)
    expect((await row('/public/v1/livestreams?broadcaster_user_id=2')).viewer_count).toBe(1)
  })

  it('zero-valued makes a live channel look offline and without a profile', async () => {
    kick.server.faults.add({ kind: 'zero-valued', times: 1 })
    expect(await row(`${channels}?slug=c1`)).toMatchObject({
      broadcaster_user_id: 1,
      slug: 'c1',
      stream_title: '',
      category: { id: 0 },
      stream: { is_live: false, start_time: '0001-01-01T00:00:00Z' },
    })
    expect((await row(`${channels}?slug=c1`)).stream.is_live).toBe(true)
  })

  it('half-wrong-slugs spoils half of a batch of slugs, but no single slug and no ids', async () => {
    kick.server.faults.add({ kind: 'half-wrong-slugs' })
    const liveRows = async (query: string) =>
      (await kick.get(`${channels}?${query}`)).body.data.filter(
        (r: { stream: { is_live: boolean } }) => r.stream.is_live,
      ).length
    expect(await liveRows('slug=c1&slug=c2&slug=c3&slug=c4')).toBe(2)
    expect(await liveRows('slug=c1')).toBe(1)
    expect(await liveRows([1, 2, 3, 4].map((id) => `broadcaster_user_id=${id}`).join('&'))).toBe(4)
  })

  it('stale-live keeps an ended broadcast listed with frozen data', async () => {
    kick.world.setViewers(1, null)
    kick.world.end(1)
    kick.server.faults.add({ kind: 'stale-live', ids: [1] })
    const before = await row(`${live}?user_id=1`)
    kick.advance(3_600_000)
    expect(before.started_at).toBe('2026-01-01T00:00:00Z')
    expect(await row(`${live}?user_id=1`)).toEqual(before)
    kick.world.ban(1)
    expect((await kick.get('/public/v1/livestreams/stats')).body.data.total_count).toBe(3)
    kick.world.unban(1)
    expect((await kick.get('/public/v1/livestreams/stats')).body.data.total_count).toBe(4)
    kick.server.faults.clear()
    expect(await row(`${live}?user_id=1`)).toBeUndefined()
  })

  it('unknown-slug-rejected fails the whole call for one unknown slug', async () => {
    kick.server.faults.add({ kind: 'unknown-slug-rejected' })
    const { status, body } = await kick.get(`${channels}?slug=c1&slug=nobody`)
    expect([status, body]).toEqual([400, { data: null, message: 'Invalid request' }])
    expect((await kick.get(`${channels}?slug=c1`)).status).toBe(200)
    expect((await kick.get(`${channels}?broadcaster_user_id=99`)).status).toBe(200)
  })

  it('offset-timestamps name the same instant, and leave the year 1 alone', async () => {
    kick.server.faults.add({ kind: 'offset-timestamps' })
    expect((await row(`${live}?user_id=1`)).started_at).toBe('2026-01-01T11:00:00+11:00')
    expect((await row(`${channels}?slug=c1`)).stream.start_time).toBe('2026-01-01T11:00:00+11:00')
    kick.world.end(1)
    expect((await row(`${channels}?slug=c1`)).stream.start_time).toBe('0001-01-01T00:00:00Z')
  })

  it('missing-fields keeps what identifies, extra-fields adds, patched replaces and removes', async () => {
    const { faults } = kick.server
    const missing = faults.add({ kind: 'missing-fields' })
    expect(Object.keys(await row(`${live}?user_id=1`))).toEqual([
      'id',
      'broadcaster_user',
      'channel',
      'started_at',
      'viewer_count',
    ])
    expect(Object.keys(await row(`${channels}?slug=c1`))).toEqual(['broadcaster_user_id', 'slug', 'stream'])
    missing.remove()
    faults.add({ kind: 'extra-fields', times: 1 })
    expect(await row(`${live}?user_id=1`)).toMatchObject({ title: 'T', extra: { nested: [{ deep: true }] } })
    faults.add({ kind: 'patched', fields: { category: null, title: undefined, viewer_count: '12' } })
    const patched = await row(`${live}?user_id=1`)
    expect(patched).toMatchObject({ category: null, viewer_count: '12' })
    expect(patched).not.toHaveProperty('title')
  })
})
