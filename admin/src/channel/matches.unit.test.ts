import { expect, test } from 'vitest'
import { splitAtMatches } from './matches.ts'

const marked = (text: string, search: string) =>
  splitAtMatches(text, search)
    .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
    .join('')

test.each([
  ['Hello hello', 'HELLO', '[Hello] [hello]'],
  ['aaa', 'aa', '[aa]a'],
  ['nothing', 'x', 'nothing'],
  ['.*', '.', '[.]*'],
  ['İstanbul', 'stan', 'İstanbul'],
])('in %s, %s is marked as %s', (text, search, shown) => expect(marked(text, search)).toBe(shown))
