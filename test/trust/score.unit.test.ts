import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../src/trust/evidence.ts'
import {
  broadcastHours,
  broadcastWeeks,
  chatParticipation,
  followBursts,
  followPace,
  viewerEdges,
  viewerJumps,
  viewerMovement,
} from '../../src/trust/factors.ts'
import { scoreOf, type TrustScore, trustScore, weigh } from '../../src/trust/trust-score.ts'

/** A channel of some hundred viewers with nothing to hide. */
const honest: Evidence = {
  broadcasts: { hours: 60, weeksKnown: 12, weeksLive: 12 },
  chat: { hours: 60, averageViewers: 300, chatters: 21, messages: 14_000 },
  follows: { isCollected: true, follows: 420, busiestHour: 40, hoursWatched: 18_000, peakViewers: 800 },
  curve: { steps: 900, still: 40, moved: 800, settledHours: 28, jumps: 4, starts: 8, arriving: 8, ends: 8, leaving: 4 },
}

const silent = { hours: 60, averageViewers: 1_500, chatters: 0.4, messages: 90 }
const frozen = {
  ...{ steps: 900, still: 820, moved: 60, settledHours: 28, jumps: 2 },
  ...{ starts: 8, arriving: 0, ends: 8, leaving: 0 },
}

const archetypes: Record<string, Evidence> = {
  'an honest mid-size channel': honest,
  'a bought flat audience that does not talk': {
    broadcasts: honest.broadcasts,
    chat: silent,
    follows: { isCollected: true, follows: 2, busiestHour: 1, hoursWatched: 90_000, peakViewers: 1_520 },
    curve: frozen,
  },
  'a flat audience with bots that flood the chat': {
    ...honest,
    chat: { hours: 60, averageViewers: 200, chatters: 900, messages: 200_000 },
    curve: frozen,
  },
  'an honest channel whose follows were bought in one night': {
    ...honest,
    follows: { isCollected: true, follows: 9_000, busiestHour: 8_500, hoursWatched: 18_000, peakViewers: 800 },
  },
  'a tiny channel': {
    broadcasts: { hours: 12, weeksKnown: 5, weeksLive: 4 },
    chat: { hours: 12, averageViewers: 3, chatters: 1, messages: 140 },
    follows: { isCollected: true, follows: 2, busiestHour: 1, hoursWatched: 36, peakViewers: 8 },
    curve: { steps: 0, still: 0, moved: 0, settledHours: 0, jumps: 0, starts: 0, arriving: 0, ends: 0, leaving: 0 },
  },
  'a channel that was seen for the first time an hour ago': {
    broadcasts: { hours: 1, weeksKnown: 0, weeksLive: 0 },
    chat: { hours: 0, averageViewers: 0, chatters: 0, messages: 0 },
    follows: { isCollected: false, follows: 0, busiestHour: 0, hoursWatched: 0, peakViewers: 0 },
    curve: { steps: 2, still: 0, moved: 2, settledHours: 0, jumps: 0, starts: 0, arriving: 0, ends: 0, leaving: 0 },
  },
}

const valueIn = ({ factors }: TrustScore, name: string) => factors.find((factor) => factor.name === name)!.value

describe('the score of', () => {
  test.each([
    ['an honest mid-size channel', 90, 100],
    ['a bought flat audience that does not talk', 0, 45],
    ['a flat audience with bots that flood the chat', 0, 60],
    ['an honest channel whose follows were bought in one night', 70, 87],
    ['a tiny channel', 70, 95],
    ['a channel that was seen for the first time an hour ago', 40, 60],
  ])('%s lies from %i to %i', (name, low, high) => {
    const { score } = trustScore(archetypes[name]!)
    expect(score).toBeGreaterThanOrEqual(low)
    expect(score).toBeLessThanOrEqual(high)
  })

  test('the suspicious is below that of the honest, and the factor that tells says so', () => {
    const of = (name: string) => trustScore(archetypes[name]!)
    const bought = of('a bought flat audience that does not talk')
    expect(valueIn(bought, 'chat_participation')).toBe(0)
    expect(valueIn(bought, 'viewer_movement')).toBe(0)
    expect(valueIn(bought, 'viewer_edges')).toBe(0)
    const followed = of('an honest channel whose follows were bought in one night')
    expect(valueIn(followed, 'follow_bursts')).toBe(0)
    expect(followed.score).toBeLessThan(trustScore(honest).score - 14)
    expect(valueIn(of('a flat audience with bots that flood the chat'), 'chat_participation')).toBeLessThan(0.1)
  })

  test('a tiny channel leaves out what nobody can tell, and its explanations say why', () => {
    const { factors } = trustScore(archetypes['a tiny channel']!)
    expect(
      factors.filter(({ value }) => value === null).map(({ name, explanation }) => [name, explanation]),
    ).toMatchInlineSnapshot(`
      [
        [
          "chat_participation",
          "An audience of 3 viewers on average is too small to be judged by its chat; it takes 5.",
        ],
        [
          "viewer_movement",
          "The viewer count was seen at 30 and more over 0 steps of two minutes; it takes 15 to judge how it moves.",
        ],
        [
          "viewer_jumps",
          "Seen for 0 hours with 30 viewers or more after the first quarter of an hour; it takes 1.",
        ],
        [
          "viewer_edges",
          "It takes 3 beginnings and ends of broadcasts of ten minutes or more; seen so far: 0.",
        ],
        [
          "follow_pace",
          "Follows were collected over 36 hours watched; it takes 100 to judge their pace.",
        ],
        [
          "follow_bursts",
          "2 follows have been collected; it takes 10 to tell a burst.",
        ],
      ]
    `)
  })
})

test('every factor explains itself with its numbers', () => {
  const { score, factors } = trustScore(honest)
  expect([score, ...factors.map(({ name, explanation }) => `${name}: ${explanation}`)]).toMatchInlineSnapshot(`
    [
      99.79,
      "chat_participation: Of 300 viewers on average 21 wrote in a quarter of an hour (7%; 3.6% to 29% is usual at this size), 14,000 messages in all.",
      "viewer_movement: Over 900 steps of two minutes the viewer count showed 89% of the movement that chance alone brings and stood still at 4.4% of them; 90% movement and more count in full.",
      "viewer_jumps: 4 jumps by over 40% in 28 settled hours; up to one in two hours is usual.",
      "viewer_edges: The audience was still arriving at 8 of 8 beginnings and leaving at 4 of 8 ends; 60% of both together count in full.",
      "follow_pace: 420 follows in 18,000 hours watched, 23 in a thousand; 2 to 300 are usual.",
      "follow_bursts: The busiest hour brought 40 follows, at a peak of 800 viewers; up to one for every two viewers is usual.",
      "broadcast_hours: On air for 60 hours in the last 30 days; 40 hours and more count in full, few count 40%.",
      "broadcast_weeks: Broadcast in 12 of the last 12 weeks; three in four and more count in full.",
    ]
  `)
})

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 1, 2 ** 32 - 1, 1e300, Number.MIN_VALUE),
)
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  broadcasts: fc.record({ hours: anyNumber, weeksKnown: anyNumber, weeksLive: anyNumber }),
  chat: fc.record({ hours: anyNumber, averageViewers: anyNumber, chatters: anyNumber, messages: anyNumber }),
  follows: fc.record({
    isCollected: fc.boolean(),
    follows: anyNumber,
    busiestHour: anyNumber,
    hoursWatched: anyNumber,
    peakViewers: anyNumber,
  }),
  curve: fc.record({
    ...{ steps: anyNumber, still: anyNumber, moved: anyNumber, settledHours: anyNumber, jumps: anyNumber },
    ...{ starts: anyNumber, arriving: anyNumber, ends: anyNumber, leaving: anyNumber },
  }),
})

describe('whatever the evidence,', () => {
  test('score, values and weights keep their bounds, and the score recomputes from its factors after a round trip', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { score, factors } = trustScore(evidence)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(100)
        for (const { value, weight, contribution, explanation } of factors) {
          if (value === null) expect([weight, contribution]).toEqual([0, 0])
          else {
            expect(value).toBeGreaterThanOrEqual(0)
            expect(value).toBeLessThanOrEqual(1)
            expect(contribution).toBeGreaterThanOrEqual(0)
            expect(Math.abs(contribution - 100 * value * weight)).toBeLessThan(0.0101)
          }
          expect(explanation).toMatch(/^.+\.$/)
        }
        expect(factors.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
        expect(scoreOf(JSON.parse(JSON.stringify(factors)))).toBe(score)
      }),
      { numRuns: 1_000 },
    )
  })
})

const count = fc.nat(100_000)
const inOrder = fc.tuple(count, count).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const values = (...judged: { value: number | null }[]): number[] => judged.map(({ value }) => value!)

describe('a value never falls', () => {
  const rises = (judge: (x: number) => { value: number | null }) =>
    fc.assert(
      fc.property(inOrder, ([less, more]) => {
        const [a, b] = values(judge(less), judge(more))
        expect(b).toBeGreaterThanOrEqual(a!)
      }),
    )

  test('with the hours on air', () => rises((x) => broadcastHours({ hours: x / 1_000 })))
  test('with the weeks live', () => rises((x) => broadcastWeeks({ weeksKnown: 12, weeksLive: x / 8_000 })))
  test('with the movement of the audience', () => rises((x) => viewerMovement({ steps: 100_000, still: 0, moved: x })))
  test('with more ends at which people leave', () =>
    rises((x) => viewerEdges({ starts: 0, arriving: 0, ends: 100_000, leaving: x })))
  test('with fewer jumps', () => rises((x) => viewerJumps({ settledHours: 1_000, jumps: 100_000 - x })))
  test('with a smaller burst of follows', () =>
    rises((x) => followBursts({ isCollected: true, follows: 100_000, busiestHour: 100_000 - x, peakViewers: 500 })))
  test('with more follows, as long as these are not too many', () =>
    rises((x) => followPace({ isCollected: true, follows: x / 5, hoursWatched: 100_000 })))
  test('with more chatters, as long as these are not too many', () =>
    rises((x) => chatParticipation({ hours: 10, averageViewers: 1_000, chatters: x / 1_000, messages: 1 })))
})

describe('weighing', () => {
  const judged = (name: string, value: number | null, weight: number) => ({ name, value, weight, explanation: '.' })

  test('spreads the weight of factors without a value over the others in proportion', () => {
    const { score, factors } = weigh([judged('a', 1, 25), judged('b', null, 50), judged('c', 0.5, 75)])
    expect(factors.map(({ weight, contribution }) => [weight, contribution])).toEqual([
      [0.25, 25],
      [0, 0],
      [0.75, 37.5],
    ])
    expect(score).toBe(62.5)
  })

  test('gives 100 for full marks and 0 for none, whatever is left out', () => {
    const full = (weights: readonly number[]) => weigh(weights.map((weight, n) => judged(String(n), 1, weight))).score
    const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(weights, (some) => {
        expect(full(some)).toBe(100)
      }),
    )
    expect(weigh([judged('a', 0, 25), judged('b', null, 50)]).score).toBe(0)
    expect(weigh([judged('a', null, 25)]).score).toBe(0)
    expect(weigh([]).score).toBe(0)
  })
})
