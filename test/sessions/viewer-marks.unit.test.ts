import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isViewerMark, passesMark, usualFactors } from '../../src/sessions/viewer-marks.ts'

const marks = Array.from({ length: 20_000 }, (_, i) => i + 1).filter(isViewerMark)

test('the marks are one digit with zeros, or 15 and 25 with zeros', () => {
  expect(marks.slice(0, 24)).toEqual([
    ...[10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90],
    ...[100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_500],
  ])
})

test('whenever the most passes a mark, of the number or of the usual, that is recorded', () => {
  const count = fc.integer({ min: 0, max: 20_000 })
  fc.assert(
    fc.property(fc.option(count), count, fc.option(fc.integer({ min: 1, max: 5_000 })), (before, now, usual) => {
      const limits = [...marks, ...(usual === null ? [] : usualFactors.map((factor) => factor * usual))]
      const passed = limits.some((limit) => (before ?? -1) < limit && now >= limit)
      expect(passesMark(before, now, usual)).toBe(passed)
    }),
  )
})
