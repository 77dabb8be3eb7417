import { expect, test } from 'vitest'
import { isolated, seenText } from './seen-text.ts'

test.for([
  ['two  spaces', 'two spaces'],
  [' a\tb\u00a0c\n', 'a b c'],
  ['gpj.\u202eexe', 'gpj.exe'],
  ['zero\u200bwidth\ufeff', 'zerowidth'],
  ['\u202e', ''],
] as const)('%j is seen as %j', ([text, seen]) => {
  expect(seenText(text)).toBe(seen)
})

test('a name that could turn a sentence stands by itself, and no other is touched', () => {
  expect(isolated('Ada 🎉 Ünal')).toBe('Ada 🎉 Ünal')
  expect(isolated('gpj.\u202eexe')).toBe('\u2068gpj.\u202eexe\u2069')
  expect(isolated('مرحبا')).toBe('\u2068مرحبا\u2069')
  expect(isolated('out\u2069\u202e')).toBe('\u2068out\u202e\u2069')
})
