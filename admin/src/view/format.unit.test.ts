import { expect, test } from 'vitest'
import {
  bytes,
  counted,
  datedInstant,
  datedSeconds,
  duration,
  exactNumber,
  longInstant,
  percent,
  shortInstant,
  shortNumber,
  utcInstant,
} from './format.ts'

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [1_000, '1.0 k'],
  [12_412, '12.4 k'],
  [99_960, '100 k'],
  [999_499, '999 k'],
  [999_500, '1.0 M'],
  [1_250_000, '1.3 M'],
  [-2_500, '-2.5 k'],
  [3_200_000_000, '3.2 G'],
])('%d is written short as %s', (value, text) => {
  expect(shortNumber(value)).toBe(text)
})

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [61, '1 min 1 s'],
  [3_600, '1 h'],
  [11_520, '3 h 12 min'],
  [90_000, '1 d 1 h'],
  [-5, '0 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test('100 % is said only of what is whole', () => {
  expect([percent(1), percent(0.9999), percent(0.5), percent(0)]).toEqual(['100 %', '99.9 %', '50 %', '0 %'])
})

test('an instant is told in the zone, with the year only where it is another one', () => {
  const at = Date.parse('2026-03-12T17:02:31Z')
  expect(shortInstant(at, 'Europe/Berlin', at)).toBe('18:02')
  expect(shortInstant(at, 'Europe/Berlin', at + 86_400_000)).toBe('12 Mar, 18:02')
  expect(shortInstant(at, 'Europe/Berlin', at + 366 * 86_400_000)).toBe('12 Mar 2026, 18:02')
  // Today is a day of the zone.
  expect(shortInstant(at, 'Asia/Tokyo', at + 2 * 3_600_000)).toBe('02:02')
  expect(datedInstant(at, 'UTC')).toMatch(/^12 Mar(?: 2026)?, 17:02$/)
  expect(datedSeconds(at, 'UTC')).toMatch(/^12 Mar(?: 2026)?, 17:02:31$/)
  expect(longInstant(at, 'America/New_York')).toBe('Thu, 12 Mar 2026, 13:02:31')
  expect(utcInstant(at)).toBe('2026-03-12 17:02:31 UTC')
})

test('exact numbers and bytes', () => {
  expect([12_412, 1_383.56, 99.96, 3.254, 0].map(exactNumber)).toEqual(['12,412', '1,384', '100', '3.25', '0'])
  expect([bytes(12), bytes(1_500), bytes(123_456_789)]).toEqual(['12 B', '1.5 kB', '123 MB'])
})

test('one thing is told as one', () => {
  expect([0, 1, 1_200].map((value) => counted(value, 'follows'))).toEqual(['0 follows', '1 follow', '1,200 follows'])
  expect(counted(1, 'people')).toBe('1 person')
})
