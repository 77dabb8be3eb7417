import { expect, test } from 'vitest'
import { codeOf, isCode, readKey } from './read-key.ts'

test.for([
  ['cs_key_abc', { key: 'cs_key_abc' }],
  ['  cs_key_abc\n', { key: 'cs_key_abc' }],
  ['"cs_key_abc"', { key: 'cs_key_abc' }],
  ['“cs_key_abc”', { key: 'cs_key_abc' }],
  ['«cs_key_abc»', { key: 'cs_key_abc' }],
  ['cs_\u200bkey_abc\ufeff\u0007', { key: 'cs_key_abc' }],
  ['Bearer cs_key_abc', { key: 'cs_key_abc' }],
  ['Authorization:  bearer "cs_key_abc"', { key: 'cs_key_abc' }],
  ['http://localhost:4000/sign-in#code=a-b_C', { code: 'a-b_C' }],
  ['“https://panel.example/sign-in?back=/inbox#code=a-b_C”', { code: 'a-b_C' }],
  [`https://panel.example/sign-in#code=${'x'.repeat(5_000)}`, null],
  ['ключ', null],
  ['two words', null],
  ['key🎉', null],
  ['“”', null],
  ['x'.repeat(100_000), null],
] as const)('%.80j is read as %j', ([text, read]) => {
  expect(readKey(text)).toEqual(read)
})

test('a code that no link has is told from one that a link can have', () => {
  expect(codeOf('#code=abc')).toBe('abc')
  expect(codeOf('#code=')).toBeNull()
  expect(codeOf('')).toBeNull()
  expect(isCode('a-b_C')).toBe(true)
  expect(isCode('x'.repeat(201))).toBe(false)
  expect(isCode('a b')).toBe(false)
})
