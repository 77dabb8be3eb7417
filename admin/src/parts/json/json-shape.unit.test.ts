import { expect, test } from 'vitest'
import { childrenOf, shapeOf } from './json-shape.ts'

test('lists and objects say how much they hold', () => {
  const values: Parameters<typeof shapeOf>[0][] = [[], [1, 2], {}, { a: 1 }, { a: 1, b: 2 }]
  expect(values.map(shapeOf)).toEqual(['empty list', 'list of 2', 'nothing in it', '1 field', '2 fields'])
})

test('what they hold is told by place or name', () => {
  expect(childrenOf(['x', null])).toEqual([
    ['0', 'x'],
    ['1', null],
  ])
  expect(childrenOf({ a: { b: 1 } })).toEqual([['a', { b: 1 }]])
})
