import { expect, test } from 'vitest'
import { apiInstantInZone, instantInZone } from './instant-in-zone.ts'

const now = Date.parse('2026-03-12T23:30:00Z')

test.each([
  ['now/d', 'UTC', '2026-03-12T00:00:00.000Z'],
  ['now/d', 'Europe/Berlin', '2026-03-12T23:00:00.000Z'],
  ['now-1d/d', 'Europe/Berlin', '2026-03-11T23:00:00.000Z'],
  ['now/d', 'America/New_York', '2026-03-12T04:00:00.000Z'],
  ['now/w', 'Europe/Berlin', '2026-03-08T23:00:00.000Z'],
  ['now-24h', 'Europe/Berlin', '2026-03-11T23:30:00.000Z'],
])('%s in %s is %s', (text, zone, expected) => {
  expect(new Date(instantInZone(text, zone, now)!).toISOString()).toBe(expected)
})

test('days are those of the zone when clocks change, also where they skip midnight', () => {
  const after = Date.parse('2026-03-29T12:00:00Z')
  expect(instantInZone('now/d', 'Europe/Berlin', after)).toBe(Date.parse('2026-03-28T23:00:00Z'))
  expect(instantInZone('now-1d/d', 'Europe/Berlin', after)).toBe(Date.parse('2026-03-27T23:00:00Z'))
  const inCairo = Date.parse('2026-04-24T12:00:00Z')
  expect(instantInZone('now/d', 'Africa/Cairo', inCairo)).toBe(Date.parse('2026-04-23T22:00:00Z'))
})

test('the API gets an instant only where its own days are others', () => {
  expect(apiInstantInZone('now/d', 'UTC', now)).toBe('now/d')
  expect(apiInstantInZone('now-24h', 'Europe/Berlin', now)).toBe('now-24h')
  expect(apiInstantInZone('now/d', 'Europe/Berlin', now)).toBe('2026-03-12T23:00:00Z')
  expect(apiInstantInZone('2026-03-12T17:00Z', 'Europe/Berlin', now)).toBe('2026-03-12T17:00:00Z')
})
