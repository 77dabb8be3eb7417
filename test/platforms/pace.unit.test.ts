import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacer, earliest, type Pace, slow, spend, type Turn } from '../../src/platforms/pace.ts'
import { createVirtualTimer } from '../support/lib/virtual-timer.ts'

const fresh = (fullRate: number): Pace => ({ fullRate, share: 1, shareSince: Number.NEGATIVE_INFINITY, nextAt: 0 })

const setUp = (requestsPerSecond: number, maxInFlight = Number.POSITIVE_INFINITY) => {
  const timer = createVirtualTimer()
  const pacer = createPacer({ requestsPerSecond, maxInFlight, timer })
  const turns: { name: string; at: number; turn: Turn }[] = []
  const take = (name: string, signal?: AbortSignal) =>
    pacer.take(signal).then((turn) => {
      turns.push({ name, at: timer.now(), turn })
    })
  return { timer, pacer, turns, take, log: () => turns.map(({ name, at, turn }) => `${name} ${turn.kind} ${at}`) }
}

/** A rate that the test changes. */
const liveRate = (rate: number) => {
  const listeners = new Set<() => void>()
  return {
    listeners,
    now: () => rate,
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set(next: number) {
      rate = next
      for (const listener of listeners) listener()
    },
  }
}

describe('a rate that changes', () => {
  const setUpLive = (initial: number) => {
    const timer = createVirtualTimer()
    const rate = liveRate(initial)
    const pacer = createPacer({ requestsPerSecond: rate, maxInFlight: 100, timer })
    const sent: number[] = []
    const take = () => pacer.take().then(({ kind }) => kind === 'go' && sent.push(timer.now()))
    return { timer, rate, pacer, sent, take }
  }

  it('lets those who wait go sooner, and the next at the new distance', async () => {
    const { timer, rate, sent, take } = setUpLive(0.01)
    for (let i = 0; i < 4; i++) void take()
    await timer.advance(50_000)
    expect(sent).toEqual([0])
    // Half of the wait is over: half a second of the new one is left.
    rate.set(1)
    await timer.advance(10_000)
    expect(sent).toEqual([0, 50_500, 51_500, 52_500])
  })

  it('makes those who wait go later when it falls', async () => {
    const { timer, rate, sent, take } = setUpLive(1)
    for (let i = 0; i < 3; i++) void take()
    await timer.advance(500)
    rate.set(0.1)
    await timer.advance(30_000)
    expect(sent).toEqual([0, 5_500, 15_500])
  })

  it('is followed until the pacer is disposed', () => {
    const { rate, pacer } = setUpLive(1)
    expect(rate.listeners.size).toBe(1)
    pacer[Symbol.dispose]()
    expect(rate.listeners.size).toBe(0)
  })
})

describe('the pace', () => {
  it('lets no window of time hold more requests than its rate allows', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 2, maxLength: 60 })
    fc.assert(
      fc.property(fc.constantFrom(0.1, 0.5, 1, 3, 50, 400), gaps, (rate, arrivals) => {
        let pace = fresh(rate)
        let now = 0
        const sent: number[] = []
        for (const gap of arrivals) {
          now = Math.max(now + gap / rate, earliest(pace, now))
          pace = spend(pace, now)
          sent.push(now)
        }
        for (let first = 0; first < sent.length; first++) {
          for (let last = first + 1; last < sent.length; last++) {
            const windowMs = sent[last]! - sent[first]!
            const allowed = 1 + ((windowMs + Math.max(0, 100 - 1000 / rate)) * rate) / 1000
            expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6)
          }
        }
      }),
    )
  })

  it('is halved by a refusal, recovers in a straight line, and never falls below a 64th', () => {
    const intervalAfter = (pace: Pace, now: number) => spend({ ...pace, nextAt: 0 }, now).nextAt - now
    const halved = slow(fresh(1), 0, 0)
    expect(intervalAfter(halved, 0)).toBe(2000)
    expect(intervalAfter(halved, 75_000)).toBeCloseTo(1000 / 0.75)
    expect(intervalAfter(halved, 150_000)).toBe(1000)
    expect(intervalAfter(halved, 900_000)).toBe(1000)
    let pace = fresh(1)
    for (let i = 0; i < 20; i++) pace = slow(pace, i + 0.5, i + 1)
    expect(intervalAfter(pace, 20)).toBe(64_000)
  })

  it('is halved once for all requests that were under way together', () => {
    const once = slow(fresh(1), 5, 10)
    expect(slow(once, 6, 11)).toBe(once)
    expect(slow(once, 10.5, 12).share).toBeLessThan(once.share)
  })

  it('without a limit has no spacing, also after a refusal', () => {
    const unlimited = slow(fresh(Number.POSITIVE_INFINITY), 0, 5)
    expect(earliest(spend(unlimited, 7), 7)).toBeLessThanOrEqual(7)
  })
})

describe('the pacer', () => {
  it('gives turns in order of arrival at the rate', async () => {
    const { timer, take, log } = setUp(0.5)
    for (const name of ['a', 'b', 'c']) void take(name)
    await timer.advance(10_000)
    expect(log()).toEqual(['a go 0', 'b go 2000', 'c go 4000'])
    expect(timer.sleeping).toBe(0)
  })

  it('sends everything at once when the rate is unlimited', async () => {
    const { timer, take, turns } = setUp(Number.POSITIVE_INFINITY)
    await Promise.all(Array.from({ length: 500 }, (_, i) => take(String(i))))
    expect(turns.map(({ name }) => name)).toEqual(Array.from({ length: 500 }, (_, i) => String(i)))
    expect(timer.sleeping).toBe(0)
  })

  it('keeps at most so many in flight', async () => {
    const { timer, pacer, take, log } = setUp(Number.POSITIVE_INFINITY, 2)
    for (const name of ['a', 'b', 'c', 'd']) void take(name)
    await timer.advance(1_000)
    expect(log()).toEqual(['a go 0', 'b go 0'])
    pacer.finish()
    await timer.advance(0)
    expect(log()).toEqual(['a go 0', 'b go 0', 'c go 1000'])
  })

  it('lets a waiter leave without costing the others their turn', async () => {
    const { timer, take, log } = setUp(1)
    const leaving = new AbortController()
    void take('a')
    void take('b', leaving.signal)
    void take('c')
    await timer.advance(500)
    leaving.abort()
    await timer.advance(1_500)
    void take('d', AbortSignal.abort())
    await timer.advance(0)
    expect(log()).toEqual(['a go 0', 'b aborted 500', 'c go 1000', 'd aborted 2000'])
  })

  it('leaves nothing asleep when the last waiter leaves', async () => {
    const { timer, take } = setUp(1)
    const leaving = new AbortController()
    void take('a')
    const left = take('b', leaving.signal)
    expect(timer.sleeping).toBe(1)
    leaving.abort()
    await left
    expect(timer.sleeping).toBe(0)
  })

  it('turns away those who wait and those who come while a pause holds, and says for how long', async () => {
    const { timer, pacer, take, turns } = setUp(1)
    void take('a')
    void take('b')
    await timer.advance(400)
    pacer.pause(30_000, 'rate-limited')
    await timer.advance(10_000)
    await take('c')
    pacer.pause(5_000, 'unavailable')
    await take('d')
    await timer.advance(20_000)
    await take('e')
    expect(turns).toEqual([
      { name: 'a', at: 0, turn: { kind: 'go' } },
      { name: 'b', at: 400, turn: { kind: 'paused', pause: 'rate-limited', retryAfterMs: 30_000 } },
      { name: 'c', at: 10_400, turn: { kind: 'paused', pause: 'rate-limited', retryAfterMs: 20_000 } },
      { name: 'd', at: 10_400, turn: { kind: 'paused', pause: 'rate-limited', retryAfterMs: 20_000 } },
      { name: 'e', at: 30_400, turn: { kind: 'go' } },
    ])
  })

  it('settles every waiter exactly once whatever happens in between', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), leaves: fc.boolean() }),
      fc.record({ kind: fc.constant('finish' as const) }),
      fc.record({ kind: fc.constant('abort' as const) }),
      fc.record({ kind: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
      fc.record({ kind: fc.constant('slow' as const) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 4_000 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const timer = createVirtualTimer()
        const pacer = createPacer({ requestsPerSecond: 2, maxInFlight: 3, timer })
        const leaving = new AbortController()
        const order: number[] = []
        let inFlight = 0
        let taken = 0
        let settled = 0
        for (const action of steps) {
          if (action.kind === 'take') {
            const number = taken++
            void pacer.take(action.leaves ? leaving.signal : undefined).then((turn) => {
              settled++
              if (turn.kind !== 'go') return
              order.push(number)
              inFlight++
            })
          }
          if (action.kind === 'finish' && inFlight > 0) {
            inFlight--
            pacer.finish()
          }
          if (action.kind === 'abort') leaving.abort()
          if (action.kind === 'pause') pacer.pause(action.ms, 'unavailable')
          if (action.kind === 'slow') pacer.slowDown(timer.now())
          if (action.kind === 'wait') await timer.advance(action.ms)
          else await timer.advance(0)
          expect(inFlight).toBeLessThanOrEqual(3)
        }
        while (settled < taken) {
          await timer.advance(200_000)
          for (; inFlight > 0; inFlight--) pacer.finish()
        }
        expect(settled).toBe(taken)
        expect(order).toEqual([...order].sort((a, b) => a - b))
        expect(timer.sleeping).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it.each([0, -1, Number.NaN])('refuses a rate of %s', (requestsPerSecond) => {
    expect(() => createPacer({ requestsPerSecond, maxInFlight: 1, timer: createVirtualTimer() })).toThrow(RangeError)
  })
})
