import { expect, test } from 'vitest'
import { shortened } from './shortened.ts'

test('a long text has its beginning, and no half of a sign', () => {
  expect(shortened('Set to 30')).toBeNull()
  expect(shortened('x'.repeat(5_000))).toBe(`${'x'.repeat(59)}…`)
  expect(shortened(`${'x'.repeat(59)}🎉🎉`)).toBe(`${'x'.repeat(59)}…`)
})
