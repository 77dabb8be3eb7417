import { expect, test } from 'vitest'
import { dayOf } from './totals.ts'

type Totals = Parameters<typeof dayOf>[0]
type Point = Totals['points'][number]

const point = (change: Partial<Point>): Point => ({
  __typename: 'TotalsPoint',
  start: '2026-03-12T10:00:00.000Z',
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
  })
})

test('before something was watched nothing is known, and so is what is not complete yet', () => {
  const before = point({ liveChannels: null, viewers: null, messages: 0, observedChannels: 0 })
  const { live, viewers, messages, messagesOfDay } = dayOf(totals([before, point({}), point({ partial: true })], 0.4))
  expect([live, viewers, messages]).toEqual([
    [null, 2, null],
    [null, 50, null],
    [null, 3, null],
  ])
  expect(messagesOfDay).toBe(6)
})

test('no message is no number: nobody knows whether chat was delivered', () => {
  const { messages, messagesOfDay } = dayOf(totals([point({ messages: 0 }), point({ messages: 0 })]))
  expect(messages).toEqual([null, null])
  expect(messagesOfDay).toBeNull()
})
