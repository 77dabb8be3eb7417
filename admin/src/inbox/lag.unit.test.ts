import { expect, test } from 'vitest'
import { lagSentence, lagText } from './lag.ts'
import { lossOf, worstFirst } from './losses.ts'

test('a lag is written in its greatest units', () => {
  expect([0, 464, 999, 2_750, 12_400, 3_900_000, -1_250].map(lagText)).toEqual([
    '0 ms',
    '464 ms',
    '999 ms',
    '2.7 s',
    '12 s',
    '1 h 5 min',
    '−1.2 s',
  ])
})

test('a lag in words says what it means', () => {
  expect(lagSentence(464)).toBe('It arrived 464 ms after it was sent, as usual.')
  expect(lagSentence(600_000)).toBe('It arrived 10 min after it was sent, which counts as late.')
  expect(lagSentence(-1_250)).toContain('its clock is ahead of ours')
})

test('a loss is told against what was expected', () => {
  expect(lossOf({ received: 0, expected: 12, untold: 12 })).toEqual({
    state: 'silent',
    text: 'silent: none of 12 arrived',
  })
  expect(lossOf({ received: 4_000, expected: 3_685, untold: 5 }).text).toBe('5 of 3,685 lost')
  expect(lossOf({ received: 9, expected: 0, untold: 0 }).state).toBe('unknown')
})

test('what is silent comes first, then what is lost', () => {
  const type = (eventType: string, received: number, expected: number, untold: number) => {
    const counts = { received, expected, untold }
    return { __typename: 'WebhookTypeTotal' as const, source: 'kick', eventType, lastAt: null, ...counts }
  }
  const types = [type('a', 90, 0, 0), type('b', 9, 5, 0), type('c', 5, 5, 1), type('d', 0, 2, 2)]
  expect(worstFirst(types).map(({ eventType }) => eventType)).toEqual(['d', 'c', 'b', 'a'])
})
