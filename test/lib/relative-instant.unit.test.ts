import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRelativeInstant } from '../../src/lib/instant.ts'

// A Sunday.
const now = Date.parse('2026-11-29T09:34:56.789Z')

test.each([
  ['now', '2026-11-29T09:34:56.789Z'],
  ['now-24h', '2026-11-28T09:34:56.789Z'],
  ['now+90s', '2026-11-29T09:36:26.789Z'],
  ['now-2w', '2026-11-15T09:34:56.789Z'],
  ['now/h', '2026-11-29T09:00:00.000Z'],
  ['now/d', '2026-11-29T00:00:00.000Z'],
  ['now-1d/d', '2026-11-28T00:00:00.000Z'],
  ['now/w', '2026-11-23T00:00:00.000Z'],
  ['now+1d/w', '2026-11-30T00:00:00.000Z'],
  ['now-36525d', '1926-11-29T09:34:56.789Z'],
])('%s is %s', (text, expected) => {
  expect(parseRelativeInstant(text)?.at(now).toISOString()).toBe(expected)
})

test.each([
  '',
  'Now',
  'now ',
  'now-',
  'now-h',
  'now-1',
  'now-1y',
  'now-1.5h',
  'now--1h',
  'now/s',
  'now/d/h',
  'now-36526d',
  'now-99999999999h',
  'yesterday',
  0,
  null,
  {},
])('%j is refused', (value) => {
  expect(parseRelativeInstant(value)).toBeNull()
})

test('a rounded instant is the last beginning of its unit, before and after 1970', () => {
  const units = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
  const unit = fc.constantFrom('h', 'd', 'w')
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 }), unit, (instant, name) => {
      const rounded = parseRelativeInstant(`now/${name}`)!.at(instant)
      expect(instant - rounded.getTime()).toBeGreaterThanOrEqual(0)
      expect(instant - rounded.getTime()).toBeLessThan(units[name])
      expect(rounded.toISOString()).toMatch(/:00:00\.000Z$/)
      if (name !== 'h') expect(rounded.getUTCHours()).toBe(0)
      if (name === 'w') expect(rounded.getUTCDay()).toBe(1)
    }),
  )
})
