import { describe, expect, it } from 'vitest'
import { readRetryAfter } from '../../src/lib/retry-after.ts'

describe('Retry-After', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  const inTenSeconds = 'Sun, 22 Nov 2026 10:00:10 GMT'

  it.each([
    ['5', 5_000],
    ['0', 0],
    ['1.5', 1_500],
    [' 2 ', 2_000],
    ['999999999', 3_600_000],
    [inTenSeconds, 10_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['Sat, 22 Nov 2036 10:00:00 GMT', 3_600_000],
    ['Sunday, 22-Nov-26 10:00:10 GMT', 10_000],
    ['', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['2026', 2_026_000],
    ['2026-11-22T10:00:10Z', undefined],
    [undefined, undefined],
  ])('of %j asks for %s ms', (header, ms) => expect(readRetryAfter(header, undefined, now)).toBe(ms))

  it('as a date is measured on the clock of the host, however wrong ours is', () => {
    const hostDate = 'Sun, 22 Nov 2026 10:00:04 GMT'
    expect(readRetryAfter(inTenSeconds, hostDate, now + 86_400_000)).toBe(6_000)
    expect(readRetryAfter(inTenSeconds, 'nonsense', now)).toBe(10_000)
  })
})
