import { expect, test } from 'vitest'
import { joinPages } from './join-pages.ts'

const row = (key: string, text = key) => ({ key, text })
const keyOf = ({ key }: { key: string }) => key

test('what is behind a page follows it', () => {
  expect(joinPages([row('c'), row('b')], [row('a')], keyOf)).toEqual([row('c'), row('b'), row('a')])
})

test('a first page that is renewed stands before what was there, each row once and as it is now', () => {
  const before = [row('c', 'old'), row('b'), row('a')]
  expect(joinPages([row('d'), row('c', 'new')], before, keyOf)).toEqual([row('d'), row('c', 'new'), row('b'), row('a')])
})
