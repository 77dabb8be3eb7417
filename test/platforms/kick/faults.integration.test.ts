import { describe, expect, it } from 'vitest'
import type { Log } from '../../../src/lib/log.ts'
import { startKickAgainst } from '../../support/platforms/kick-against.ts'
import type { Reply } from '../../support/platforms/scripted-http.ts'

const nobody: Reply = { json: { data: [], message: 'OK' } }
const edgeBlock = {
  status: 403,
  json: { error: 'Request blocked by security policy.', reference: 'r' },
} satisfies Reply
const serverError: Reply = { status: 500, json: { data: null, message: 'Internal server error' } }

/** Answers with the replies in turn, then with the last of them for ever. */
const inTurn = (...replies: Reply[]) => {
  let next = 0
  return () => replies[Math.min(next++, replies.length - 1)]!
}

describe('an answer that is none', () => {
  it.each([
    ['an HTML error page', { status: 502, text: '<html>Bad gateway token-1 very-secret</html>' }, 'unavailable', 502],
    ['a server error in JSON', serverError, 'unavailable', 500],
    ['truncated JSON', { text: '{"data":[{"broadcaster_user":{"id":1' }, 'malformed', 200],
    ['an empty body', { text: '' }, 'malformed', 200],
    ['a page with status 200', { text: '<html>checking your browser</html>' }, 'malformed', 200],
    ['JSON of another shape', { json: { livestreams: [] } }, 'malformed', 200],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' }, text: '' }, 'unavailable', 302],
    ['an edge block', edgeBlock, 'blocked', 403],
    ['a refusal of the request', { status: 400, json: { data: null, message: 'Invalid request' } }, 'rejected', 400],
    ['a body without end', { text: 'x'.repeat(34_000_000) }, 'malformed', null],
  ] as const)('%s is a failure in few words', async (_name, reply, kind, status) => {
    await using setup = await startKickAgainst({ api: () => reply })
    const result = await setup.kick.fetchLive(['1'])
    expect(result).toMatchObject({ ok: false, failure: { kind, status }, call: { status } })
    expect(!result.ok && result.failure.message.length).toBeLessThan(80)
    expect(JSON.stringify(result)).not.toMatch(/token-1|very-secret/)
    expect(!result.ok && result.failure.message).not.toContain('html')
    expect(setup.apiCalls()).toHaveLength(1)
  })

  it.each(['never', 'drip'] as const)('that comes as %s ends with the time limit', async (reply) => {
    await using setup = await startKickAgainst({ api: () => reply }, { timeoutMs: 1_000 })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ ok: false, failure: { kind: 'timeout', status: null } })
    expect(setup.apiCalls()).toHaveLength(1)
  })

  it('from a host that is not there is a failure', async () => {
    await using setup = await startKickAgainst({ api: () => nobody }, { apiUrl: 'http://127.0.0.1:1' })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable', status: null, message: 'the host can not be reached (ECONNREFUSED)' },
    })
  })

  it('after a dropped connection is asked for once more', async () => {
    await using setup = await startKickAgainst({ api: inTurn('reset', nobody) })
    const result = await setup.kick.fetchLive(['1'])
    expect(result).toMatchObject({ ok: true, call: { status: 200 } })
    expect(result.otherCalls?.map(({ status, error }) => [status, error])).toEqual([
      [200, null],
      [null, 'the connection was closed before the answer was complete'],
    ])
  })

  it.each(['reset', 'half'] as const)('by %s twice in a row is a failure', async (reply) => {
    await using setup = await startKickAgainst({ api: () => reply })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable', status: null },
    })
    expect(setup.apiCalls()).toHaveLength(2)
  })
})

describe('too many requests', () => {
  it('with Retry-After holds back every call until then, whatever it asks for', async () => {
    const busy: Reply = { status: 429, headers: { 'retry-after': '30' }, text: 'slow down' }
    await using setup = await startKickAgainst({ api: inTurn(busy, nobody) })
    const limited = { ok: false, failure: { kind: 'rate-limited', retryAfterMs: 30_000 } }
    expect(setup.kick.pausedForMs!()).toBeNull()
    expect(await setup.kick.fetchLive(['1'])).toMatchObject(limited)
    expect(setup.kick.pausedForMs!()).toBe(30_000)
    const held = { ok: false, failure: { kind: 'rate-limited', status: null, retryAfterMs: 1 }, call: { status: null } }
    await setup.timer.advance(29_999)
    expect(await setup.kick.resolveHandle('abc')).toMatchObject(held)
    expect(await setup.kick.fetchProfiles(['1'])).toMatchObject(held)
    expect(setup.apiCalls()).toHaveLength(1)
    await setup.timer.advance(1)
    expect(setup.kick.pausedForMs!()).toBeNull()
    expect((await setup.kick.fetchLive(['1'])).ok).toBe(true)
  })

  it('with Retry-After as a date is measured on the clock of the host', async () => {
    const headers = { date: 'Sun, 22 Nov 2020 10:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2020 10:00:07 GMT' }
    await using setup = await startKickAgainst({ api: () => ({ status: 429, headers, text: '' }) })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'rate-limited', retryAfterMs: 7_000 } })
  })

  it('without Retry-After pauses longer each time in a row', async () => {
    await using setup = await startKickAgainst({ api: () => ({ status: 429, text: '' }) })
    const waits: unknown[] = []
    for (let i = 0; i < 7; i++) {
      const result = await setup.kick.fetchLive(['1'])
      waits.push(!result.ok && result.failure.retryAfterMs)
      await setup.timer.advance(60_000)
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  it('halves the pace afterwards', async () => {
    const busy: Reply = { status: 429, headers: { 'retry-after': '1' }, text: '' }
    await using setup = await startKickAgainst({ api: inTurn(busy, nobody) }, { requestsPerSecond: 1 })
    await setup.kick.fetchLive(['1'])
    await setup.timer.advance(2_000)
    const calls = [setup.kick.fetchLive(['1']), setup.kick.fetchLive(['1'])]
    await calls[0]
    await setup.timer.advance(1_900)
    expect(setup.apiCalls()).toHaveLength(2)
    await setup.timer.advance(200)
    expect((await calls[1])?.ok).toBe(true)
  })
})

describe('the circuit', () => {
  it('opens at an edge block, and one trial closes it again', async () => {
    await using setup = await startKickAgainst({ api: inTurn(edgeBlock, nobody) })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'blocked', retryAfterMs: 1_000 } })
    for (let i = 0; i < 20; i++) {
      expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'unavailable', retryAfterMs: 1_000 } })
    }
    expect(setup.apiCalls()).toHaveLength(1)
    await setup.timer.advance(1_000)
    expect((await setup.kick.fetchLive(['1'])).ok).toBe(true)
    expect((await setup.kick.fetchLive(['1'])).ok).toBe(true)
  })

  it('stays open for as long as the host asks, if that is longer', async () => {
    const api = () => ({ ...edgeBlock, headers: { 'retry-after': '90' } })
    await using setup = await startKickAgainst({ api })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'blocked', retryAfterMs: 90_000 } })
    await setup.timer.advance(89_000)
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'unavailable', retryAfterMs: 1_000 } })
  })

  it('turns away those who stand in the queue when it opens', async () => {
    const gate = Promise.withResolvers<Reply>()
    await using setup = await startKickAgainst({ api: () => gate.promise }, { requestsPerSecond: 0.1 })
    const first = setup.kick.fetchLive(['1'])
    const queued = setup.kick.fetchLive(['2'])
    await setup.timer.advance(0)
    gate.resolve(edgeBlock)
    expect(await first).toMatchObject({ failure: { kind: 'blocked' } })
    expect(await queued).toMatchObject({ failure: { kind: 'unavailable', status: null, retryAfterMs: 1_000 } })
  })

  it('sends a single trial, however many calls come when the time is over', async () => {
    const gate = Promise.withResolvers<void>()
    const trial = Promise.withResolvers<void>()
    let calls = 0
    const api = async (): Promise<Reply> => {
      if (calls++ === 0) return edgeBlock
      trial.resolve()
      await gate.promise
      return nobody
    }
    await using setup = await startKickAgainst({ api })
    await setup.kick.fetchLive(['1'])
    await setup.timer.advance(1_000)
    const first = setup.kick.fetchLive(['1'])
    await trial.promise
    const others = await Promise.all(Array.from({ length: 10 }, () => setup.kick.fetchLive(['1'])))
    expect(others.every((result) => !result.ok && result.failure.kind === 'unavailable')).toBe(true)
    gate.resolve()
    expect((await first).ok).toBe(true)
    expect(setup.apiCalls()).toHaveLength(2)
  })

  it('opens after five failures in a row and stays open longer after each failed trial', async () => {
    await using setup = await startKickAgainst({ api: () => serverError })
    const ask = async () => {
      const result = await setup.kick.fetchLive(['1'])
      return !result.ok && result.failure.retryAfterMs
    }
    const waits: unknown[] = []
    for (let i = 0; i < 5; i++) waits.push(await ask())
    expect(waits).toEqual([undefined, undefined, undefined, undefined, 1_000])
    expect([await ask(), setup.apiCalls().length]).toEqual([1_000, 5])
    await setup.timer.advance(1_000)
    expect([await ask(), await ask(), setup.apiCalls().length]).toEqual([2_000, 2_000, 6])
  })

  it('is never opened by refusals of single requests', async () => {
    await using setup = await startKickAgainst({
      api: () => ({ status: 400, json: { data: null, message: 'Invalid request' } }),
    })
    for (let i = 0; i < 30; i++) await setup.kick.fetchLive(['1'])
    expect(setup.apiCalls()).toHaveLength(30)
  })

  it('heeds a host that says how long it will be away', async () => {
    const away: Reply = { status: 503, headers: { 'retry-after': '120' }, text: 'maintenance' }
    await using setup = await startKickAgainst({ api: () => away })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({
      failure: { kind: 'unavailable', status: 503, retryAfterMs: 120_000 },
    })
    await setup.timer.advance(119_000)
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'unavailable', retryAfterMs: 1_000 } })
    expect(setup.apiCalls()).toHaveLength(1)
  })
})

describe('the pace', () => {
  it('spaces requests in order of arrival', async () => {
    await using setup = await startKickAgainst({ api: () => nobody }, { requestsPerSecond: 0.5 })
    await setup.kick.fetchLive(['1'])
    const calls = ['2', '3', '4'].map((id) => setup.kick.fetchLive([id]))
    for (const [index, call] of calls.entries()) {
      await setup.timer.advance(2_000)
      await call
      expect(setup.apiCalls().map(({ query }) => query.get('user_id'))).toEqual(
        ['1', '2', '3', '4'].slice(0, index + 2),
      )
    }
  })

  it('gives a caller who leaves the queue an answer at once', async () => {
    await using setup = await startKickAgainst({ api: () => nobody }, { requestsPerSecond: 0.01 })
    await setup.kick.fetchLive(['1'])
    const leaving = new AbortController()
    const left = setup.kick.fetchLive(['2'], leaving.signal)
    leaving.abort()
    expect(await left).toMatchObject({ ok: false, failure: { status: null }, call: { status: null } })
    expect(setup.apiCalls()).toHaveLength(1)
  })
})

it('the log tells of tokens, refusals and the circuit without a credential', async () => {
  const lines: string[] = []
  const write = (fields: object, message: string) => lines.push(JSON.stringify({ ...fields, message }))
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  const unauthorized: Reply = { status: 401, json: { data: 'token-1', message: 'very-secret' } }
  const api = inTurn(unauthorized, { status: 429, text: 'token-2' }, edgeBlock, nobody)
  await using setup = await startKickAgainst({ api }, { log })
  for (let i = 0; i < 4; i++) {
    await setup.kick.fetchLive(['1'])
    await setup.timer.advance(60_000)
  }
  expect(lines.map((line) => JSON.parse(line).message)).toEqual([
    'a new app token was given',
    'a new app token was given',
    'the platform asks for fewer requests; sending at half the rate',
    'the host fails; it is not called for a while',
    'the host answers again',
  ])
  expect(lines.join()).not.toMatch(/token-[12]|very-secret|Bearer/)
})
