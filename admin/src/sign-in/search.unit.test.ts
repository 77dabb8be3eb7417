import { expect, test } from 'vitest'
import { readSignInSearch } from './search.ts'

test.for([
  ['/channels?status=ONLINE', '/channels?status=ONLINE'],
  ['/', '/'],
  ['//elsewhere.example/', undefined],
  ['/\\\\elsewhere.example/', undefined],
  ['https://elsewhere.example/', undefined],
  ['/sign-in?to=/', undefined],
  ['/./sign-in', undefined],
  ['/channels/../sign-in/', undefined],
  ['/.//elsewhere.example/', undefined],
  ['/\t/elsewhere.example/', undefined],
  ['/sign-in-notes', '/sign-in-notes'],
  ['/channels/kick/%25?q=%25#top', '/channels/kick/%25?q=%25#top'],
  ['/channels/kick/%E0%A4%A', '/channels/kick/%EF%BF%BD%EF%BF%BD%EF%BF%BD'],
] as const)('the way back %s', ([back, expected]) => {
  expect(readSignInSearch({ back }).back).toBe(expected)
})
