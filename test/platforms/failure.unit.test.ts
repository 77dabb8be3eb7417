import { describe, expect, it } from 'vitest'
import { answerFailure, outcomeOf } from '../../src/platforms/failure.ts'

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
