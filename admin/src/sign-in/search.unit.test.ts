import { expect, test } from 'vitest'
import { readSignInSearch } from './search.ts'

test.for([
  ['/channels?status=ONLINE', '/channels?status=ONLINE'],
  ['/', '/'],
  ['//elsewhere.example/', undefined],
  ['/\\\\elsewhere.example/', undefined],
  ['https://elsewhere.example/', undefined],
  ['/sign-in?to=/', undefined],
] as const)('the way back %s', ([back, expected]) => {
  expect(readSignInSearch({ back }).back).toBe(expected)
})
