import { expect, test } from 'vitest'
import { dayOf, observedText } from './totals.ts'

type Totals = Parameters<typeof dayOf>[0]
type Point = Totals['points'][number]

const point = (change: Partial<Point>): Point => ({
  __typename: 'TotalsPoint',
  start: '2026-03-12T10:00:00.000Z',
  end: '2026-03-12T10:15:00.000Z',
  liveChannels: 2,
  viewers: 50,
  messages: 3,
  observedChannels: 5,
  partial: false,
  ...change,
})
const totals = (points: Point[], coverage = 1): Totals => ({ points, meta: { coverage } }) as unknown as Totals

test('what was watched has its numbers, also where they are 0', () => {
  const quiet = point({ liveChannels: 0, viewers: 0, messages: 0 })
  expect(dayOf(totals([point({}), quiet]))).toEqual({
    live: [2, 0],
    viewers: [50, 0],
    messages: [3, 0],
    messagesOfDay: 3,
    coverage: 1,
    since: null,
  })
})

test('before something was watched nothing is known, and so is what is not complete yet', () => {
  const before = point({ liveChannels: null, viewers: null, messages: 0, observedChannels: 0 })
  const { live, viewers, messages, messagesOfDay } = dayOf(totals([before, point({}), point({ partial: true })], 0.4))
  expect([live, viewers, messages]).toEqual([
    [2, null],
    [50, null],
    [3, null],
  ])
  expect(messagesOfDay).toBe(6)
})

test('no message is no number: nobody knows whether chat was delivered', () => {
  const { messages, messagesOfDay } = dayOf(totals([point({ messages: 0 }), point({ messages: 0 })]))
  expect(messages).toEqual([null, null])
  expect(messagesOfDay).toBeNull()
})

test('where watching began within the day, the lines and what is observed begin with it', () => {
  const at = (hour: number, observedChannels: number): Point =>
    point({
      ...{ start: `2026-03-12T1${hour}:00:00.000Z`, end: `2026-03-12T1${hour + 1}:00:00.000Z`, observedChannels },
      ...(observedChannels === 0 && { liveChannels: null, viewers: null, messages: 0 }),
    })
  const meta = { from: '2026-03-12T10:00:00.000Z', to: '2026-03-12T14:00:00.000Z', coverage: 0.625 }
  const points = [at(0, 0), at(1, 2), at(2, 4), at(3, 4)]
  const { since, coverage, live } = dayOf({ points, meta } as unknown as Totals)
  expect(since).toBe(Date.parse('2026-03-12T11:30:00.000Z'))
  expect(coverage).toBe(1)
  expect(live).toEqual([2, 2])
})

test.each([
  [1, null, null],
  [1, '16:30', 'all watched since 16:30'],
  [0.5, null, '50 % of the day observed'],
  [0.5, '16:30', '50 % observed since 16:30'],
  [0.001, null, 'under 1 % of the day observed'],
])('coverage %s since %s', (coverage, since, text) => {
  expect(observedText({ coverage }, since)).toBe(text)
})
