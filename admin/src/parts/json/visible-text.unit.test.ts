import { expect, test } from 'vitest'
import { visibleText } from './visible-text.ts'

test('what can not be seen is written out, and all else stays', () => {
  expect(visibleText('\u001b[31mred\u001b[0m')).toBe('\\u001b[31mred\\u001b[0m')
  expect(visibleText('gpj.\u202eexe')).toBe('gpj.\\u202eexe')
  expect(visibleText('\u2066a\u2069\u0000')).toBe('\\u2066a\\u2069\\u0000')
  const plain = '<b>été</b> مرحبا 🎉\n\tend'
  expect(visibleText(plain)).toBe(plain)
})
