import { expect, test } from 'vitest'
import { hasWritten } from './setting-words.ts'

const written = { text: '45', base: 3, isSecret: false }
const before = { version: 3, value: '60' }

test('after a lost answer, the value that was written is no conflict with somebody else', () => {
  const conflict = { code: 'CONFLICT', current: { value: '45' } }
  expect(hasWritten(written, conflict, before)).toBe(true)
  expect(hasWritten(written, { ...conflict, current: { value: '30' } }, before)).toBe(false)
  expect(hasWritten(written, { code: 'LOST' }, { version: 4, value: '45' })).toBe(true)
  expect(hasWritten(written, { code: 'LOST' }, { version: 4, value: '30' })).toBe(false)
  expect(hasWritten(written, { code: 'LOST' }, before)).toBe(false)
})

test('a value that was not sent, and a secret, are never taken for the one that was written', () => {
  expect(hasWritten(written, null, { version: 4, value: '45' })).toBe(false)
  expect(hasWritten({ ...written, isSecret: true }, { code: 'LOST' }, { version: 4, value: null })).toBe(false)
  expect(hasWritten({ ...written, base: 4 }, { code: 'LOST' }, { version: 4, value: '45' })).toBe(false)
})
