import { expect, test } from 'vitest'
import { inferredText, isEndInferred, marginSeconds, noticedAt } from './inferred-end.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 12, 17, minute)).toISOString()
const broadcast = (endedAt: string | null, end: string | null) => ({ endedAt, provenance: { end } })
const range = { from: at(0), to: at(60) }

test('an inferred end is the last sighting, and is sure to the moment when it was noticed', () => {
  const ends = [
    { occurredAt: at(10), receivedAt: at(14) },
    { occurredAt: at(30), receivedAt: at(32) },
  ]
  const inferred = broadcast(at(10), 'POLL')
  expect([isEndInferred(inferred), noticedAt(inferred, ends), marginSeconds(inferred, ends)]).toEqual([
    true,
    at(14),
    240,
  ])
  expect([broadcast(at(10), 'WEBHOOK'), broadcast(null, null)].map(isEndInferred)).toEqual([false, false])
  expect(marginSeconds(broadcast(at(11), 'POLL'), ends)).toBeNull()
  expect(inferredText([inferred, broadcast(at(30), 'POLL'), broadcast(at(40), 'WEBHOOK')], ends, range)).toBe(
    '2 ends inferred, up to 6 min more',
  )
})

test('a margin that nobody knows is not made up, and ends outside of the range do not count', () => {
  expect(inferredText([broadcast(at(10), 'POLL')], [], range)).toBe('1 end inferred')
  expect(inferredText([broadcast(at(10), 'POLL')], [], { from: at(20), to: at(60) })).toBeNull()
  expect(inferredText([broadcast(at(10), 'WEBHOOK'), broadcast(null, null)], [], range)).toBeNull()
})
