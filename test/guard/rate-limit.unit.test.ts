import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { everybody } from '../../src/access/identity.ts'
import { createRateLimit, type Payer } from '../../src/guard/rate-limit.ts'

const from = (address: string): Payer => ({ identity: everybody, address })
const holding = (subject: string, address = '192.0.2.1'): Payer => ({ identity: { subject }, address })

/** A limit on a clock that the test moves. */
const limitAt = (rates: { perAddress: number; perKey: number }) => {
  const clock = { now: 1_000_000 }
  return { clock, limit: createRateLimit(rates, () => clock.now) }
}

describe('a caller', () => {
  test('may spend a minute at once, and then as fast as it fills up', () => {
    const { clock, limit } = limitAt({ perAddress: 6_000, perKey: 1_000 })
    for (let i = 0; i < 6_000; i++) expect(limit.spend(from('192.0.2.1'), 1)).toBe(0)
    expect(limit.spend(from('192.0.2.1'), 1)).toBe(1)
    clock.now += 10
    expect([limit.spend(from('192.0.2.1'), 1), limit.spend(from('192.0.2.1'), 1)]).toEqual([0, 1])
  })

  test('is told after how long there is room, and then there is', () => {
    const { clock, limit } = limitAt({ perAddress: 6_000, perKey: 1_000 })
    limit.spend(from('192.0.2.1'), 6_000)
    expect(limit.spend(from('192.0.2.1'), 501)).toBe(6)
    clock.now += 5_000
    expect(limit.spend(from('192.0.2.1'), 501)).toBe(1)
    clock.now += 1_000
    expect(limit.spend(from('192.0.2.1'), 501)).toBe(0)
  })

  test('spends nobody else’s', () => {
    const { limit } = limitAt({ perAddress: 1_000, perKey: 1_000 })
    limit.spend(from('192.0.2.1'), 1_000)
    expect(limit.spend(from('192.0.2.1'), 1)).toBeGreaterThan(0)
    expect(limit.spend(from('192.0.2.2'), 1)).toBe(0)
    expect(limit.spend(holding('key:a'), 1_000)).toBe(0)
    expect(limit.spend(holding('key:a', '192.0.2.9'), 1)).toBeGreaterThan(0)
    expect(limit.spend(holding('key:b'), 1_000)).toBe(0)
  })

  test('on this machine may do a thousand times as much', () => {
    const { limit } = limitAt({ perAddress: 1_000, perKey: 1_000 })
    for (const address of ['127.0.0.1', '::1', '']) {
      expect(limit.spend(from(address), 1_000_000)).toBe(0)
      expect(limit.spend(from(address), 1)).toBe(1)
    }
  })
})

test('whatever is asked when, it answers as a bucket does that is never forgotten', () => {
  const spending = fc.record({
    wait: fc.nat({ max: 200_000 }),
    who: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'),
    price: fc.integer({ min: 1, max: 1_000 }),
  })
  fc.assert(
    fc.property(fc.array(spending, { maxLength: 200 }), (spendings) => {
      const { clock, limit } = limitAt({ perAddress: 1_000, perKey: 1_000 })
      const model = new Map<string, { left: number; at: number }>()
      for (const { wait, who, price } of spendings) {
        clock.now += wait
        const known = model.get(who) ?? { left: 1_000, at: clock.now }
        const left = Math.min(1_000, known.left + ((clock.now - known.at) * 1_000) / 60_000)
        const taken = left >= price
        expect(limit.spend(from(who), price) === 0).toBe(taken)
        model.set(who, { left: taken ? left - price : left, at: clock.now })
      }
    }),
  )
})

test('however many callers come, only so many are remembered, and after two quiet minutes none of them', () => {
  const { clock, limit } = limitAt({ perAddress: 1_000, perKey: 1_000 })
  for (let i = 0; i < 300_000; i++) {
    clock.now += 0.1
    limit.spend(from(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), 1)
  }
  expect(limit.size).toBeLessThanOrEqual(100_000)
  clock.now += 120_001
  limit.spend(from('192.0.2.1'), 1)
  expect(limit.size).toBe(1)
})
