import { expect, test } from 'vitest'
import { elapsedTicks, zoneTicks } from './zone-ticks.ts'

const at = (text: string): number => Date.parse(text)
const span = (from: string, to: string) => ({ from: at(from), to: at(to) })
const labels = (from: string, to: string, most: number, zone: string): string[] =>
  zoneTicks(span(from, to), most, zone).map(({ label }) => label.replace('\n', ' / '))

test('ticks are round on clocks in the zone, and the first one says the day', () => {
  expect(labels('2024-03-12T10:20:00Z', '2024-03-12T14:00:00Z', 5, 'Asia/Kolkata')).toEqual([
    '16:00 / 12 Mar 2024',
    '17:00',
    '18:00',
    '19:00',
  ])
})

test('a new day says its date', () => {
  expect(labels('2024-03-12T20:00:00Z', '2024-03-13T04:00:00Z', 4, 'UTC')).toEqual([
    '20:00 / 12 Mar 2024',
    '22:00',
    '00:00 / 13 Mar 2024',
    '02:00',
    '04:00',
  ])
})

test('an hour that clocks show twice is there twice, and the change is said', () => {
  // In Berlin clocks went back at 01:00 UTC.
  expect(labels('2024-10-26T23:00:00Z', '2024-10-27T03:00:00Z', 5, 'Europe/Berlin')).toEqual([
    '01:00 / 27 Oct 2024',
    '02:00',
    '02:00 / UTC+01:00',
    '03:00',
    '04:00',
  ])
})

test('an hour that clocks skip has no tick', () => {
  expect(labels('2024-03-30T23:00:00Z', '2024-03-31T04:00:00Z', 5, 'Europe/Berlin')).toEqual([
    '00:00 / 31 Mar 2024',
    '01:00',
    '03:00 / UTC+02:00',
    '04:00',
    '05:00',
    '06:00',
  ])
  const days = zoneTicks(span('2024-03-28T00:00:00Z', '2024-04-03T00:00:00Z'), 8, 'Europe/Berlin')
  expect(days.map((tick) => new Date(tick.at).toISOString().slice(5, 16))).toEqual(
    ['03-28T23:00', '03-29T23:00', '03-30T23:00', '03-31T22:00', '04-01T22:00'].concat('04-02T22:00'),
  )
})

test('a day begins at one o’clock where clocks skip midnight', () => {
  // In Beirut clocks went from 00:00 to 01:00 on 31 March 2024.
  const days = zoneTicks(span('2024-03-29T12:00:00Z', '2024-04-01T12:00:00Z'), 4, 'Asia/Beirut')
  expect(days.map((tick) => new Date(tick.at).toISOString().slice(5, 16))).toEqual([
    '03-29T22:00',
    '03-30T22:00',
    '03-31T21:00',
  ])
})

test('weeks begin on Monday, and months say their year', () => {
  const weeks = zoneTicks(span('2024-03-01T00:00:00Z', '2024-03-31T00:00:00Z'), 5, 'UTC')
  expect(weeks.map(({ label }) => label)).toEqual(['4 Mar\n2024', '11 Mar', '18 Mar', '25 Mar'])
  expect(labels('2023-11-10T00:00:00Z', '2024-03-10T00:00:00Z', 6, 'America/New_York')).toEqual([
    'Dec / 2023',
    'Jan / 2024',
    'Feb',
    'Mar',
  ])
})

test('there are never many more than fit', () => {
  for (const hours of [0.05, 1, 7, 24, 90, 700, 8_784, 50_000])
    for (const zone of ['UTC', 'Australia/Lord_Howe', 'America/St_Johns']) {
      const from = at('2023-02-01T00:13:17Z')
      const ticks = zoneTicks({ from, to: from + hours * 3_600_000 }, 8, zone)
      expect(ticks.length).toBeGreaterThan(0)
      expect(ticks.length).toBeLessThanOrEqual(9)
      expect(ticks.map((tick) => tick.at)).toEqual(ticks.map((tick) => tick.at).sort((a, b) => a - b))
    }
})

test('an axis since a start counts from it', () => {
  expect(elapsedTicks({ from: 0, to: 4 * 3_600_000 }, 5).map(({ label }) => label)).toEqual([
    'start',
    '1 h',
    '2 h',
    '3 h',
    '4 h',
  ])
})
