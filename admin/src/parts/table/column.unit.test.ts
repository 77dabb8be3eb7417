import { expect, test } from 'vitest'
import { hiddenAt, stepTo } from './column.ts'

test('a column is left out below its width only', () => {
  const columns = [{ id: 'name' }, { id: 'title', hideBelow: 860 }, { id: 'trust', hideBelow: 1200 }] as const
  expect(hiddenAt(columns, 360)).toBe('title trust')
  expect(hiddenAt(columns, 860)).toBe('trust')
  expect(hiddenAt(columns, 1200)).toBe('')
})

test('steps end at the first and the last row', () => {
  expect(stepTo(-1, 1, 3)).toBe(0)
  expect(stepTo(-1, -1, 3)).toBe(2)
  expect(stepTo(0, -1, 3)).toBe(0)
  expect(stepTo(1, 1, 3)).toBe(2)
  expect(stepTo(2, 1, 3)).toBe(2)
})
