import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { createXPlatform } from '../../../src/platforms/x/x-platform.ts'
import { createVirtualTimer } from '../../support/lib/virtual-timer.ts'
import type { Reply } from '../../support/platforms/scripted-http.ts'
import { startXServer } from '../../support/platforms/x-server.ts'

const start = async () => {
  const server = await startXServer()
  const timer = createVirtualTimer()
  const x = createXPlatform({
    apiUrl: server.url,
    bearerToken: server.bearerToken,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock: () => Date.parse('2026-11-22T12:00:00Z'),
    log: silentLog,
    random: () => 0.5,
    timer,
  })
  return {
    server,
    timer,
    x,
    [Symbol.asyncDispose]: async () => {
      await x[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const big = '1604832789112345678'
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(BigInt(big) + BigInt(index)))

describe('users', () => {
  it('come a hundred to a call with their followers, beside those who are gone', async () => {
    await using setup = await start()
    for (const [index, id] of ids(99).entries()) setup.server.add({ id, followers: index })
    setup.server.users.get(ids(1)[0]!)!.suspended = true
    const result = await setup.x.followerTotals!.fetch(ids(100))
    expect(result.ok && result.value.size).toBe(100)
    expect(result.ok && result.value.get(ids(2)[1]!)).toMatchObject({ followerCount: 1, isBanned: false })
    for (const gone of [ids(1)[0]!, ids(100)[99]!])
      expect(result.ok && result.value.get(gone)).toEqual({ platformUserId: gone, isBanned: true })
    expect(setup.server.seen).toHaveLength(1)
    expect(setup.server.charged).toHaveLength(98)
  })

  it('are found by name, in any case', async () => {
    await using setup = await start()
    setup.server.add({ id: big, username: 'Some_Body', followers: 5 })
    expect(await setup.x.resolveHandle('SOME_body')).toMatchObject({
      ok: true,
      value: { platformUserId: big, slug: 'some_body', followerCount: 5 },
    })
    expect(await setup.x.resolveHandle('nobody')).toMatchObject({ ok: true, value: null })
  })

  it('are nobody under an impossible name, without a request', async () => {
    await using setup = await start()
    for (const name of ['', 'a-b', 'x'.repeat(16), 'a,b'])
      expect(await setup.x.resolveHandle(name)).toMatchObject({ ok: true, value: null, call: { status: null } })
    expect(setup.server.seen).toHaveLength(0)
  })

  it('are asked for by a hundred ids at most', async () => {
    await using setup = await start()
    await expect(setup.x.fetchProfiles(ids(101))).rejects.toThrow(RangeError)
    await expect(setup.x.fetchProfiles(['1,2'])).rejects.toThrow(RangeError)
    expect(await setup.x.fetchProfiles([])).toMatchObject({ ok: true, value: new Map() })
    expect(setup.server.seen).toHaveLength(0)
  })
})

it('broadcasts are not told, which says of nobody that they are off', async () => {
  await using setup = await start()
  expect([...setup.x.capabilities].sort()).toEqual(['follower-total', 'profiles', 'resolve-handle'])
  expect(await setup.x.fetchLive([big])).toMatchObject({ ok: false, failure: { kind: 'rejected' } })
  expect(setup.server.seen).toHaveLength(0)
})

describe('a call', () => {
  it.each([
    ['an HTML error page', { status: 503, text: '<html>AAAA%2Fx-token%3D</html>' }, 'unavailable'],
    ['truncated JSON', { text: '{"data":[{"id":"1"' }, 'malformed'],
    ['neither users nor errors', { json: { meta: {} } }, 'malformed'],
    ['rows that name nobody', { json: { data: [{ username: 'a' }] } }, 'malformed'],
    ['no credits left', { status: 402, json: { title: 'CreditsDepleted', detail: 'AAAA%2Fx-token%3D' } }, 'rejected'],
    ['the app shut out', { status: 403, json: { title: 'Forbidden', reason: 'client-not-enrolled' } }, 'blocked'],
  ] as const)('that gets %s says nothing about the users', async (_name, reply, kind) => {
    await using setup = await start()
    setup.server.next(reply as Reply)
    const result = await setup.x.fetchProfiles([big])
    expect(result).toMatchObject({ ok: false, failure: { kind } })
    expect(JSON.stringify(result)).not.toContain('x-token')
  })

  it('whose token is refused is not repeated, because there is no other', async () => {
    await using setup = await start()
    setup.server.next({ status: 401, json: { title: 'Unauthorized', detail: 'Unauthorized' } })
    expect(await setup.x.fetchProfiles([big])).toMatchObject({ ok: false, failure: { kind: 'unauthorized' } })
    expect(setup.server.seen).toHaveLength(1)
  })

  it('after a 429 waits until the window is over', async () => {
    await using setup = await start()
    const date = new Date(Date.UTC(2020, 0, 1)).toUTCString()
    const reset = String(Date.UTC(2020, 0, 1) / 1000 + 600)
    const headers = { date, 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset }
    setup.server.next({ status: 429, headers, json: { title: 'Too Many Requests' } })
    expect(await setup.x.fetchProfiles([big])).toMatchObject({
      failure: { kind: 'rate-limited', retryAfterMs: 600_000 },
    })
    await setup.timer.advance(599_000)
    expect(await setup.x.fetchProfiles([big])).toMatchObject({ failure: { retryAfterMs: 1_000 } })
    await setup.timer.advance(1_000)
    expect((await setup.x.fetchProfiles([big])).ok).toBe(true)
    expect(setup.server.seen).toHaveLength(2)
  })
})
