import { expect, test } from 'vitest'
import { daysBetween, dayText } from './days.ts'

test('days on which nothing was told are there too', () => {
  const told = [{ day: '2026-03-11', told: 4 }]
  const [from, to] = [Date.parse('2026-03-10T12:00Z'), Date.parse('2026-03-12T12:00Z')]
  expect(daysBetween(told, from, to, 'UTC')).toEqual([
    { day: '2026-03-10', told: 0 },
    { day: '2026-03-11', told: 4 },
    { day: '2026-03-12', told: 0 },
  ])
})

test('days are those of the zone, and a range that ends at midnight has no further one', () => {
  const [from, to] = [Date.parse('2026-03-09T23:00Z'), Date.parse('2026-03-10T23:00Z')]
  expect(daysBetween([], from, to, 'Europe/Berlin').map(({ day }) => day)).toEqual(['2026-03-10'])
  expect(daysBetween([], from, to, 'UTC').map(({ day }) => day)).toEqual(['2026-03-09', '2026-03-10'])
})

test('a day in words', () => {
  expect(dayText('2026-03-12')).toBe('12 Mar')
  expect(dayText('2026-03-12', 'long')).toBe('Thu 12 Mar')
})
