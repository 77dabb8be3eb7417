import { expect, test } from 'vitest'
import { addOlder, apply, arrive, begin, emptyTail, type Line, mostShown, mostWaiting, newestAt } from './tail.ts'

const line = (n: number, at = n): Line => ({
  __typename: 'WebhookDelivery',
  cursor: `c${n}`,
  messageId: `m${String(n).padStart(6, '0')}`,
  source: 'kick',
  eventType: 'chat.message.sent',
  verified: true,
  outcome: 'PROJECTED',
  reason: null,
  repeatOf: null,
  leftOut: 0,
  replay: false,
  receivedAt: new Date(at * 1_000).toISOString(),
  lagMs: 5,
  channel: null,
})

const lines = (first: number, last: number): Line[] =>
  Array.from({ length: first - last + 1 }, (_, i) => line(first - i))
const cursors = ({ shown }: { shown: readonly Line[] }): string[] => shown.map(({ cursor }) => cursor)

test('what comes waits, and is shown in order when it is applied', () => {
  const begun = begin(lines(3, 1), false)
  const waits = arrive(begun, lines(5, 2))
  expect(waits).toMatchObject({ shown: begun.shown, waitingCount: 2, isCut: false })
  expect(cursors(apply(waits))).toEqual(['c5', 'c4', 'c3', 'c2', 'c1'])
  expect(apply(waits)).toMatchObject({ waitingCount: 0, waiting: [] })
})

test('what is known already changes nothing', () => {
  const waits = arrive(begin(lines(3, 1), false), lines(4, 4))
  expect(arrive(waits, lines(4, 1))).toBe(waits)
})

test('one that was stored late takes its place between the others', () => {
  const late = line(9, 2.5)
  expect(cursors(apply(arrive(begin(lines(3, 1), false), [late])))).toEqual(['c3', 'c9', 'c2', 'c1'])
})

test('the count of those that wait is exact, also when only the newest of them are kept', () => {
  let tail = begin(lines(10, 1), false)
  for (let page = 0; page < 30; page++) tail = arrive(tail, lines(110 + page * 100, 11 + page * 100))
  expect(tail).toMatchObject({ waitingCount: 3_000, isCut: true, waiting: { length: mostWaiting } })
  const shown = apply(tail)
  expect(shown.hasOlder).toBe(true)
  expect(shown.shown[0]!.cursor).toBe('c3010')
  expect(shown.shown).toHaveLength(mostWaiting)
})

test('where those between are missing, the list begins anew and the rest is further down', () => {
  const tail = arrive(arrive(begin(lines(3, 1), false), lines(5, 4)), lines(900, 800), true)
  const shown = apply(tail)
  expect(shown).toMatchObject({ shown: { length: 101 }, hasOlder: true })
  const full = addOlder(addOlder(shown, lines(799, 4), true), lines(3, 1), false)
  expect(cursors(full)).toEqual(cursors({ shown: lines(900, 1) }))
  expect(full.hasOlder).toBe(false)
})

test('a list that runs all day does not grow without an end', () => {
  let tail = begin(lines(100, 1), false)
  for (let page = 0; page < 30; page++) tail = apply(arrive(tail, lines(200 + page * 100, 101 + page * 100)))
  expect(tail).toMatchObject({ shown: { length: mostShown }, hasOlder: true })
})

test('the newest instant is that of all that is known', () => {
  expect(newestAt(emptyTail)).toBeNull()
  expect(newestAt(begin(lines(3, 1), false))).toBe(3_000)
  expect(newestAt(arrive(begin(lines(3, 1), false), lines(7, 4)))).toBe(7_000)
})
