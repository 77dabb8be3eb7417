import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../src/lib/instant.ts'

describe('DateTime', () => {
  test.each([
    ['2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-01-01T00:00:00+05:30', '2025-12-31T18:30:00.000Z'],
    ['2026-01-01t00:00:00.5z', '2026-01-01T00:00:00.500Z'],
    ['2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00.123Z'],
  ])('%s is read as %s', (text, expected) => {
    expect(parseInstant(text)?.toISOString()).toBe(expected)
  })

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:60:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '2026-01-01T00:00Z',
    '2026-01-01',
    '2026-01-01 00:00:00Z',
    '1899-12-31T23:59:59Z',
    '2300-01-01T00:00:00Z',
    '2299-12-31T23:59:59-01:00',
    'yesterday',
    '',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.1234567890Z',
    1_767_225_600_000,
    null,
    {},
  ])('%s is refused', (value) => {
    expect(parseInstant(value)).toBeNull()
  })

  test('every instant it prints is read back as itself', () => {
    const instants = fc.date({
      min: new Date('1900-01-01T00:00:00Z'),
      max: new Date('2299-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    })
    fc.assert(fc.property(instants, (instant) => parseInstant(instant.toISOString())?.getTime() === instant.getTime()))
  })
})
