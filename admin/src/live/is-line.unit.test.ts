import { expect, test } from 'vitest'
import { isLine } from './is-line.ts'

test.each([
  [[], false],
  [[1, 2], false],
  [[1, null, 2, 3, null, 4], false],
  [[null, 0, 1, 2], true],
  [[null, null, 1, 2, 3, null], true],
] as const)('%j is worth a line: %s', (values, expected) => {
  expect(isLine(values)).toBe(expected)
})
