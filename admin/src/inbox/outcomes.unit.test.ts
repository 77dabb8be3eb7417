import { expect, test } from 'vitest'
import { unusedNote } from './outcomes.ts'

test('a delivery that is only kept is no delivery that was used', () => {
  const projected = { outcome: 'PROJECTED', count: 7 } as const
  expect(unusedNote([projected])).toBe('none refused')
  expect(unusedNote([projected, { outcome: 'KEPT', count: 1_100 }])).toBe('none refused; 1,100 only kept as received')
})
