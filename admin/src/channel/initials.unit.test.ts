import { expect, test } from 'vitest'
import { initials } from './initials.ts'

test.each([
  ['Anna Banana Split', 'AB'],
  ['astral_walrus29', 'AW'],
  ['xqc', 'X'],
  ['بث مباشر', 'بم'],
  ['👩‍👩‍👧 family', '👩‍👩‍👧F'],
  ['__', ''],
])('%s has %s', (name, letters) => expect(initials(name)).toBe(letters))
