import { expect, test } from 'vitest'
import { forPeople } from './for-people.ts'

test.for([
  ['The key is not valid: send "Authorization: Bearer <key>" or no key at all.', 'The key is not valid.'],
  ['The key has expired: send one that is valid or no key at all.', 'The key has expired.'],
  ['The key was revoked: send one that is valid or no key at all.', 'The key was revoked.'],
  ['The key was revoked.', 'The key was revoked.'],
] as const)('%s', ([sentence, expected]) => {
  expect(forPeople(sentence)).toBe(expected)
})
