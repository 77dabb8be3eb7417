import { expect, test } from 'vitest'
import { tooLong } from './too-long.ts'

test('a text that is too long is refused with both lengths, and spaces around it do not count', () => {
  expect(tooLong('x'.repeat(101), 100)).toBe('This has 101 characters. At most 100 are taken.')
  expect(tooLong(` ${'x'.repeat(100)} `, 100)).toBeNull()
  expect(tooLong('', 100)).toBeNull()
})
