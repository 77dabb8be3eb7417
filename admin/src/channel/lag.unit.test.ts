import { expect, test } from 'vitest'
import { lagText } from './lag.ts'

test.each([
  [0, 'at once'],
  [340, 'after 340 ms'],
  [12_400, 'after 12 s'],
  [3_700_000, 'after 1 h 1 min'],
  [-20, '20 ms before'],
  [-65_000, '1 min 5 s before'],
])('%i milliseconds are %s', (ms, text) => expect(lagText(ms)).toBe(text))
