import { expect, test } from 'vitest'
import { explained, isExplained, type ToldOutage } from './explained-outages.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 12, 17, minute)).toISOString()
const outage = (from: number, to: number, reason = 'not probed') => ({ from: at(from), to: at(to), reason })
const told = (from: number, to: number, explanation: string): ToldOutage => ({
  ...outage(from, to),
  explanation,
})

test('an outage has the words of the one that it was when they were told', () => {
  const shown = [outage(2, 9), outage(2, 9, 'lost'), outage(20, 30)]
  const words = [told(0, 8, 'first'), told(9, 20, 'between'), told(21, 30, 'second')]
  expect(explained(shown, words)).toEqual([{ ...words[0], ...shown[0] }, shown[1], { ...words[2], ...shown[2] }])
})

test('it is asked again for a new outage, and for one that has grown', () => {
  const words = [told(0, 8, 'first')]
  expect(isExplained([], [])).toBe(true)
  expect(isExplained([outage(0, 8)], words)).toBe(true)
  expect(isExplained([outage(0, 9)], words)).toBe(false)
  expect(isExplained([outage(0, 8), outage(9, 10)], words)).toBe(false)
})
