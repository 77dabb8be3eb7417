import { expect, test } from 'vitest'
import { linePath } from './line-path.ts'

test('a line goes from 0 to its greatest value, with gaps where nothing is known', () => {
  expect(linePath([0, 10, null, 5], 33, 13)).toBe('M1.5 11.5L11.5 1.5M31.5 6.5L31.5 6.5')
})

test('nothing makes no line, and one value makes a dot', () => {
  expect(linePath([], 10, 10)).toBe('')
  expect(linePath([null, null], 10, 10)).toBe('')
  expect(linePath([3], 13, 13)).toBe('M1.5 1.5L1.5 1.5')
})
