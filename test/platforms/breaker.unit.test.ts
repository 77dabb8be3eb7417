import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admit,
  type Breaker,
  type BreakerOptions,
  closedBreaker,
  type Outcome,
  settle,
} from '../../src/platforms/breaker.ts'

const options: BreakerOptions = {
  failureThreshold: 3,
  openForMs: (openings) => Math.min(60_000, 2_000 * 2 ** openings),
  trialMs: 2_000,
}

/** Runs calls one after another at given times and returns how each was let in, with the last state. */
const run = (calls: readonly { at: number; outcome: Outcome }[], from: Breaker = closedBreaker) => {
  let breaker = from
  const admissions = calls.map(({ at, outcome }) => {
    const [next, admission] = admit(breaker, at, options)
    breaker = admission.kind === 'refused' ? next : settle(next, admission.kind, outcome, at, options)
    return admission
  })
  return { breaker, admissions }
}

const failAt = (...times: number[]) => times.map((at) => ({ at, outcome: 'failed' as const }))

describe('the circuit', () => {
  it('opens after so many failures in a row, and only in a row', () => {
    expect(run(failAt(0, 1, 2)).breaker).toEqual({ state: 'open', until: 2_002, openings: 0 })
    const interrupted = [...failAt(0, 1), { at: 2, outcome: 'answered' as const }, ...failAt(3, 4)]
    expect(run(interrupted).breaker).toEqual({ state: 'closed', failures: 2 })
  })

  it('opens at the first block', () => {
    expect(run([{ at: 5, outcome: 'blocked' }]).breaker).toEqual({ state: 'open', until: 2_005, openings: 0 })
  })

  it('counts nothing from calls that told nothing', () => {
    const silent = [0, 1, 2, 3, 4].map((at) => ({ at, outcome: 'silent' as const }))
    expect(run([...failAt(0, 1), ...silent]).breaker).toEqual({ state: 'closed', failures: 2 })
  })

  it('refuses while open and says for how long', () => {
    expect(run([...failAt(0, 0, 0), { at: 500, outcome: 'answered' }]).admissions.at(-1)).toEqual({
      kind: 'refused',
      retryAfterMs: 1_500,
    })
  })

  it('lets one trial through, and only one, when the time is over', () => {
    const open = run(failAt(0, 0, 0)).breaker
    const [halfOpen, first] = admit(open, 2_000, options)
    const [, second] = admit(halfOpen, 2_000, options)
    expect([first, second]).toEqual([{ kind: 'trial' }, { kind: 'refused', retryAfterMs: 2_000 }])
  })

  it('closes after a good trial and stays open twice as long after a bad one', () => {
    const open = run(failAt(0, 0, 0)).breaker
    expect(run([{ at: 2_000, outcome: 'answered' }], open).breaker).toEqual(closedBreaker)
    expect(run(failAt(2_000), open).breaker).toEqual({ state: 'open', until: 6_000, openings: 1 })
    expect(run(failAt(2_000, 6_000), open).breaker).toEqual({ state: 'open', until: 14_000, openings: 2 })
  })

  it('lets the next caller try when a trial told nothing', () => {
    const open = run(failAt(0, 0, 0)).breaker
    expect(
      run(
        [
          { at: 2_000, outcome: 'silent' },
          { at: 2_000, outcome: 'answered' },
        ],
        open,
      ).breaker,
    ).toEqual(closedBreaker)
  })

  it('is not moved by calls that began before it opened', () => {
    const open = run(failAt(0, 0, 0)).breaker
    const [halfOpen] = admit(open, 2_000, options)
    for (const outcome of ['answered', 'failed', 'blocked', 'silent'] as const) {
      expect(settle(open, 'call', outcome, 100, options)).toBe(open)
      expect(settle(halfOpen, 'call', outcome, 2_100, options)).toBe(halfOpen)
    }
  })

  it('always lets somebody in again, whatever happened', () => {
    const call = fc.record({
      at: fc.nat(1_000_000),
      outcome: fc.constantFrom<Outcome>('answered', 'failed', 'blocked', 'silent'),
    })
    fc.assert(
      fc.property(fc.array(call), (calls) => {
        const sorted = calls.sort((a, b) => a.at - b.at)
        const { breaker } = run(sorted)
        expect(admit(breaker, 1_060_000, options)[1].kind).not.toBe('refused')
      }),
    )
  })
})
