import { describe, expect, it } from 'vitest'
import { answerFailure, outcomeOf } from '../../src/platforms/failure.ts'
import { readRetryAfter } from '../../src/platforms/retry-after.ts'

const envelope = { data: null, message: 'something' }
const edge = { error: 'Request blocked by security policy.', reference: 'abc' }

describe('an answer', () => {
  it.each([
    [200, {}, null, 'answered'],
    [201, {}, null, 'answered'],
    [200, undefined, 'malformed', 'failed'],
    [302, undefined, 'unavailable', 'failed'],
    [400, envelope, 'rejected', 'answered'],
    [401, envelope, 'unauthorized', 'failed'],
    [403, edge, 'blocked', 'blocked'],
    [403, undefined, 'blocked', 'blocked'],
    [403, envelope, 'unauthorized', 'failed'],
    [404, envelope, 'rejected', 'answered'],
    [408, undefined, 'timeout', 'failed'],
    [413, undefined, 'rejected', 'answered'],
    [429, undefined, 'rate-limited', 'answered'],
    [500, envelope, 'unavailable', 'failed'],
    [503, undefined, 'unavailable', 'failed'],
    [530, undefined, 'unavailable', 'failed'],
  ] as const)('of %i with %j is %s, and the host %s', (status, body, kind, outcome) => {
    const failure = answerFailure(status, body)
    expect(failure?.kind ?? null).toBe(kind)
    expect(outcomeOf(failure)).toBe(outcome)
  })

  it('is described without a word of its body', () => {
    expect(JSON.stringify(answerFailure(500, { message: 'Bearer secret' }))).not.toContain('secret')
  })

  it('is heeded about when to come back only where that means the host', () => {
    expect([400, 401, 403, 429, 503].map((status) => answerFailure(status, undefined, 7)?.retryAfterMs)).toEqual([
      undefined,
      undefined,
      7,
      7,
      7,
    ])
  })
})

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
