import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { type BatchPart, createBisectingFetch } from '../../src/platforms/bisecting-fetch.ts'
import { unsentCall } from '../../src/platforms/call-result.ts'
import type { CallFailure, CallResult } from '../../src/platforms/platform.ts'
import { createSkippingTimer } from '../support/lib/virtual-timer.ts'

const rejected: CallFailure = { kind: 'rejected', status: 400, message: 'answered 400' }
const broken: CallFailure = { kind: 'unavailable', status: 500, message: 'answered 500' }
const unreadable: CallFailure = { kind: 'malformed', status: 200, message: 'the item of user 203 is unusable' }

/** A random source that repeats. */
const repeatable = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}

type Rule = (ids: readonly string[]) => CallFailure | null

/** A platform that fails as the rule says, a second for each call, and what asks it. */
const asking = (initial: Rule, seed = 1) => {
  const timer = createSkippingTimer()
  const calls: (readonly string[])[] = []
  const state = { rule: initial }
  const now = () => Date.parse('2026-11-22T12:00:00Z') + timer.now()
  const askApart = createBisectingFetch<ReadonlySet<string>>({
    platform: 'kick',
    ask: async (ids): Promise<CallResult<ReadonlySet<string>>> => {
      calls.push(ids)
      timer.skip(1_000)
      const call = { ...unsentCall('kick', '/live', now(), ''), status: 200, error: null }
      const failure = state.rule(ids)
      if (failure) return { ok: false, failure, call: { ...call, status: failure.status, error: failure.message } }
      return { ok: true, value: new Set(ids), observedAt: new Date(now()), call }
    },
    clock: now,
    log: silentLog,
    timer,
    random: repeatable(seed),
  })
  return {
    timer,
    calls,
    state,
    /** The parts of one batch, and how many calls it took. */
    ask: async (ids: readonly string[]) => {
      const before = calls.length
      const parts: BatchPart<ReadonlySet<string>>[] = []
      for await (const part of askApart(ids)) parts.push(part)
      return { parts, calls: calls.length - before }
    },
  }
}

const answered = (parts: readonly BatchPart<unknown>[]) => parts.flatMap(({ ids, result }) => (result.ok ? ids : []))
const left = (parts: readonly BatchPart<unknown>[]) => parts.flatMap(({ ids, result }) => (result.ok ? [] : ids))
const ids = (count: number, from = 104) => Array.from({ length: count }, (_, n) => String(from + n))
const names =
  (culprits: readonly string[], failure: CallFailure): Rule =>
  (asked) =>
    asked.some((id) => culprits.includes(id)) ? failure : null

describe.each([
  ['refuses', rejected],
  ['breaks at', broken],
  ['tells nonsense about', unreadable],
])('one id of a hundred that the platform %s', (_name, failure) => {
  test('is found in as many calls as a hundred can be halved, and all others are answered', async () => {
    const { ask } = asking(names(['203'], failure))
    const { parts, calls } = await ask(ids(100))
    expect(left(parts)).toEqual(['203'])
    expect(answered(parts).toSorted()).toEqual(ids(100).filter((id) => id !== '203'))
    expect(calls).toBeLessThanOrEqual(3 + 2 * 7)
  })

  test('costs the next batches nothing, is asked for alone less and less often, and again with the others once it is answered', async () => {
    const { ask, timer, state } = asking(names(['203'], failure))
    await ask(ids(100))
    let alone = 0
    for (let minute = 0; minute < 600; minute++) {
      const { parts, calls } = await ask(ids(100))
      expect(left(parts)).toEqual(['203'])
      expect(calls).toBeLessThanOrEqual(2)
      alone += calls - 1
      timer.skip(60_000)
    }
    expect(alone).toBeGreaterThan(9)
    expect(alone).toBeLessThan(17)
    state.rule = () => null
    timer.skip(3_600_000)
    expect(left((await ask(ids(100))).parts)).toEqual([])
    expect((await ask(ids(100))).calls).toBe(1)
  })
})

test('several ids that are refused are all found within a few batches, and nobody else waits for ever', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 100 }),
      fc.array(fc.nat({ max: 99 }), { maxLength: 6 }),
      fc.constantFrom(rejected, broken, unreadable),
      fc.integer({ min: 1, max: 1_000_000 }),
      async (size, places, failure, seed) => {
        const batch = ids(size)
        const culprits = [...new Set(places.filter((place) => place < size).map((place) => batch[place]!))]
        // Where next to nobody is answered, nobody can tell whether anybody would be.
        fc.pre(culprits.length < Math.max(2, size / 4))
        const { ask, timer } = asking(names(culprits, failure), seed)
        const seen = new Set<string>()
        for (let round = 0; round < 40 && seen.size < size - culprits.length; round++) {
          const { parts, calls } = await ask(batch)
          expect(calls).toBeLessThanOrEqual(3 + 4 * 7 + culprits.length)
          expect(parts.flatMap((part) => part.ids).toSorted(), 'each id in one part').toEqual(batch.toSorted())
          for (const id of answered(parts)) seen.add(id)
          timer.skip(660_000)
        }
        expect([...seen].toSorted()).toEqual(batch.filter((id) => !culprits.includes(id)).toSorted())
      },
    ),
    { numRuns: 200 },
  )
})

describe('a platform that fails as a whole is not asked for parts', () => {
  test.each<[string, CallFailure]>([
    ['by a limit', { kind: 'rate-limited', status: 429, message: 'answered 429', retryAfterMs: 5_000 }],
    ['by a missing right', { kind: 'unauthorized', status: 401, message: 'answered 401' }],
    ['by its edge', { kind: 'blocked', status: 403, message: 'answered 403' }],
    ['by silence', { kind: 'timeout', status: null, message: 'no complete answer in time' }],
    ['by its network', { kind: 'unavailable', status: null, message: 'the host can not be reached' }],
  ])('%s: one call', async (_name, failure) => {
    const { ask } = asking(() => failure)
    const { parts, calls } = await ask(ids(100))
    expect(calls).toBe(1)
    expect(parts).toMatchObject([{ ids: ids(100), result: { ok: false, failure } }])
  })

  test.each([
    ['refusals', rejected],
    ['errors', broken],
    ['nonsense', unreadable],
  ])('by %s: three calls, then one for each batch until a while is over', async (_name, failure) => {
    const { ask, timer, state } = asking(() => failure)
    expect((await ask(ids(100))).calls).toBe(3)
    for (let batch = 0; batch < 20; batch++) expect((await ask(ids(100, 1_000 * batch))).calls).toBe(1)
    timer.skip(60_000)
    expect((await ask(ids(100))).calls).toBe(3)
    timer.skip(60_000)
    expect((await ask(ids(100))).calls, 'less and less often').toBe(1)
    // Whoever was tried alone is not held to be to blame.
    state.rule = () => null
    expect(await ask(ids(100))).toMatchObject({ calls: 1, parts: [{ ids: ids(100), result: { ok: true } }] })
  })

  test('nor when it begins to in the middle', async () => {
    const limit: CallFailure = { kind: 'rate-limited', status: 429, message: 'answered 429', retryAfterMs: 5_000 }
    const { ask, calls, state } = asking(names(['203'], rejected))
    const rule = state.rule
    state.rule = (asked) => (calls.length > 4 ? limit : rule(asked))
    const { parts, calls: made } = await ask(ids(100))
    expect(made).toBe(5)
    expect(parts.flatMap((part) => part.ids).toSorted()).toEqual(ids(100).toSorted())
    expect(parts.at(-1)).toMatchObject({ result: { ok: false, failure: limit } })
  })
})

test('a batch that is too large for the platform is answered in halves', async () => {
  const { ask } = asking((asked) => (asked.length > 50 ? rejected : null))
  const { parts, calls } = await ask(ids(100))
  expect(answered(parts).toSorted()).toEqual(ids(100))
  expect(calls).toBe(4)
})

test('every call is in the audit once', async () => {
  const { ask, calls } = asking(names(['203', '150'], rejected))
  const { parts } = await ask(ids(100))
  const records = parts.flatMap(({ result }) => [...(result.otherCalls ?? []), result.call])
  expect(records.filter(({ error }) => !error?.startsWith('not sent')).length).toBe(calls.length)
})
