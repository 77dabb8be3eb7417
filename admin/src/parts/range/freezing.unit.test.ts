import { expect, test } from 'vitest'
import { isFreezing } from './freezing.ts'

const now = Date.parse('2026-03-12T17:00:00Z')
const lastDay = { from: 'now-24h', to: 'now' }

test('a range is frozen where it is the same in instants, and not where another one is chosen', () => {
  expect(isFreezing(lastDay, { from: '2026-03-11T16:59:59Z', to: '2026-03-12T16:59:59Z' }, now)).toBe(true)
  expect(isFreezing(lastDay, { from: '2026-03-12T12:00:00Z', to: '2026-03-12T13:00:00Z' }, now)).toBe(false)
  expect(isFreezing(lastDay, { from: 'now-24h/h', to: 'now' }, now)).toBe(false)
  const fixed = { from: '2026-03-11T17:00:00Z', to: '2026-03-12T17:00:00Z' }
  expect(isFreezing(fixed, { ...fixed, to: '2026-03-12T17:00:01Z' }, now)).toBe(false)
})
