import { expect, test } from 'vitest'
import { isOneLine } from '../../src/lib/one-line.ts'

test.each(['a', 'Our streamers', '主播', '👩‍👩‍👧‍👦'.repeat(7), 'e\u0301', '…'])(
  '%j can be shown in one line',
  (text) => {
    expect(isOneLine(text, 50)).toBe(true)
  },
)

test.each([
  ...[
    '',
    ' ',
    '\u200b',
    'a\nb',
    'a\u2028b',
    'a\u0000b',
    '\u001b[31m',
    '\u202eevil',
    '\u2066a',
    '\ud800',
    'a'.repeat(51),
  ],
  '👩'.repeat(51),
])('%j can not', (text) => {
  expect(isOneLine(text, 50)).toBe(false)
})
