import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventType } from '../../src/platforms/platform.ts'
import { type CallFault, createSubscriptionPlatform } from '../support/platforms/subscription-platform.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { subscriptionFixture } from '../support/workers/subscription-fixture.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const minute = 60_000
const types: EventType[] = [
  { event: 'chat', version: 1, limit: 3, quietMs: 1e15 },
  { event: 'follow', version: 1, limit: 100, quietMs: 1e15 },
  { event: 'status', version: 2, limit: 100, quietMs: 1e15 },
]
const users = ['1', '2', '3', '4', '5']
const stranger = '99'

const fault = fc.constantFrom<CallFault>('none', 'none', 'none', 'refused', 'lost', 'silent', 'item', 'stray')
const user = fc.constantFrom(...users)

type Step =
  | { kind: 'run'; faults: CallFault[]; minutes: number; calls: number }
  | { kind: 'live'; users: string[] }
  | { kind: 'watch'; user: string; active: boolean }
  | { kind: 'stray'; user: string; event: string; version: number }
  | { kind: 'drop'; every: number }
  | { kind: 'two at once' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      faults: fc.array(fault, { maxLength: 8 }),
      minutes: fc.integer({ min: 1, max: 8 }),
      calls: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('live' as const), users: fc.subarray(users) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('watch' as const), user, active: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stray' as const),
      user: fc.constantFrom(...users, stranger),
      event: fc.constantFrom('chat', 'follow', 'status', 'unheard-of'),
      version: fc.constantFrom(1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), every: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'two at once' as const }) },
)

test('whatever went wrong, what the platform holds becomes what is wanted, each once and within the limits, and stays so', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 14 }),
      fc.constantFrom(0, 2 * minute, 5 * minute),
      fc.boolean(),
      fc.boolean(),
      async (steps, lagMs, refusesWholeRequests, refusesUnknownIds) => {
        let now = Date.UTC(2026, 0, 1)
        const fixture = subscriptionFixture(database.db, () => now)
        const platform = createSubscriptionPlatform(types, () => now, { refusesWholeRequests, refusesUnknownIds })
        platform.lagMs = lagMs
        await fixture.clear()
        await fixture.watch(users)
        const watched = new Set(users)
        const strangers = (event: string) =>
          [...platform.held.values()].filter((one) => one.platformUserId === stranger && one.event === event).length

        for (const one of steps) {
          if (one.kind === 'run') {
            platform.faults.splice(0, Number.POSITIVE_INFINITY, ...one.faults)
            await fixture.reconcile(platform, { budget: { calls: one.calls, ms: 1e9 } })
            now += one.minutes * minute
          } else if (one.kind === 'two at once') {
            platform.faults.length = 0
            await Promise.all([fixture.reconcile(platform), fixture.reconcile(platform)])
            now += minute
          } else if (one.kind === 'live') await fixture.setLive(one.users)
          else if (one.kind === 'watch') {
            await fixture.setWatched(one.user, one.active)
            if (one.active) watched.add(one.user)
            else watched.delete(one.user)
          } else if (one.kind === 'stray') platform.addStray(one.user, one.event, one.version)
          else platform.drop([...platform.held.keys()].filter((_, i) => i % one.every === 0))
        }

        platform.faults.length = 0
        for (const minutes of [1, 11, 11, 400, 11, 11, 11, 70, 11, 11]) {
          now += minutes * minute
          await fixture.reconcile(platform)
        }

        const held = [...platform.held.values()].filter((one) => one.platformUserId !== stranger)
        const names = held.map((one) => `${one.platformUserId} ${one.event} ${one.version}`)
        expect(new Set(names).size).toBe(names.length)
        for (const { event, version, limit } of types) {
          const places = Math.max(0, limit - strangers(event))
          const having = held.filter((one) => one.event === event).map((one) => one.platformUserId)
          expect(having).toHaveLength(Math.min(places, watched.size))
          for (const one of having) expect(watched).toContain(one)
          expect(held.filter((one) => one.event === event && one.version !== version)).toEqual([])
        }
        expect(held.filter(({ event }) => event === 'unheard-of')).toEqual([])
        const rows = (await fixture.rows()).filter(({ status }) => status !== 'limited')
        expect(rows.map((row) => `${row.user} ${row.event} ${row.id} ${row.status}`).sort()).toEqual(
          held.map((one) => `${one.platformUserId} ${one.event} ${one.id} active`).sort(),
        )

        platform.calls.length = 0
        now += minute
        await fixture.reconcile(platform)
        expect(platform.calls).toEqual(['list'])
      },
    ),
    { numRuns: Number(process.env.SUBSCRIPTION_RUNS ?? 25) },
  )
}, 120_000)
