import { expect, test } from 'vitest'
import { differenceOf } from './difference.ts'

test('what changed is told with both values, what stayed is left out', () => {
  expect(
    differenceOf(
      { version: 1, value: '60', category: 'monitoring' },
      { version: 2, value: '30', category: 'monitoring' },
    ),
  ).toEqual([
    { path: 'version', before: '1', after: '2' },
    { path: 'value', before: '60', after: '30' },
  ])
})

test('what is made has no before, what is gone has no after', () => {
  expect(differenceOf(null, { name: 'Ninja' })).toEqual([{ path: 'name', after: 'Ninja' }])
  expect(differenceOf({ name: 'Ninja' }, null)).toEqual([{ path: 'name', before: 'Ninja' }])
  expect(differenceOf(null, null)).toEqual([])
})

test('null is a value, and missing is none', () => {
  expect(differenceOf({ expiresAt: null }, { expiresAt: '2026-12-01' })).toEqual([
    { path: 'expiresAt', before: 'null', after: '2026-12-01' },
  ])
  expect(differenceOf({}, { expiresAt: null })).toEqual([{ path: 'expiresAt', after: 'null' }])
})

test('parts of objects have paths, lists are compared as one', () => {
  expect(differenceOf({ a: { b: 1, c: [1, 2] } }, { a: { b: 1, c: [1, 3] }, d: false })).toEqual([
    { path: 'a.c', before: '[1,2]', after: '[1,3]' },
    { path: 'd', after: 'false' },
  ])
})
