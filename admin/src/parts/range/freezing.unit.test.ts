import { expect, test } from 'vitest'
import { isFreezing } from './freezing.ts'

const now = Date.parse('2026-03-12T17:00:00Z')
const moving = (from: string, to: string) => ({ range: { from, to }, isRelative: true })
const fixed = (from: string, to: string) => ({ range: { from, to }, isRelative: false })
const lastDay = moving('now-24h', 'now')

test('a range is frozen where it is the same in fixed times, and not where another one is chosen', () => {
  expect(isFreezing(lastDay, fixed('2026-03-11T16:59:59Z', '2026-03-12T16:59:59Z'), now)).toBe(true)
  expect(isFreezing(lastDay, fixed('2026-03-12T12:00:00Z', '2026-03-12T13:00:00Z'), now)).toBe(false)
  expect(isFreezing(lastDay, moving('now-24h/h', 'now'), now)).toBe(false)
  const before = fixed('2026-03-11T17:00:00Z', '2026-03-12T17:00:00Z')
  expect(isFreezing(before, fixed('2026-03-11T17:00:00Z', '2026-03-12T17:00:01Z'), now)).toBe(false)
})

test('a day of a zone is told from now, although the API reads it by instants', () => {
  const yesterday = moving('2026-03-10T23:00:00Z', '2026-03-11T23:00:00Z')
  expect(isFreezing(yesterday, { ...yesterday, isRelative: false }, now)).toBe(true)
})
