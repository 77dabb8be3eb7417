import { expect, test } from 'vitest'
import { holdRows } from './held-rows.ts'

const keyOf = ({ id }: { id: string }) => id

test('rows that are held stay where they are, and show what they are now', () => {
  const shown = [
    { id: 'b', state: 'waiting' },
    { id: 'a', state: 'waiting' },
  ]
  const latest = [
    { id: 'c', state: 'waiting' },
    { id: 'b', state: 'delivered' },
  ]
  expect(holdRows(shown, latest, keyOf)).toEqual({
    rows: [
      { id: 'b', state: 'delivered' },
      { id: 'a', state: 'waiting' },
    ],
    waiting: 1,
  })
})
