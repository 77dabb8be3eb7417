import { expect, test } from 'vitest'
import { readablePath } from './readable-path.ts'

test.each([
  ['/', '/'],
  ['/channels/kick/%C3%A9t%C3%A9', '/channels/kick/%C3%A9t%C3%A9'],
  ['/channels/kick/%E0%A4%A', '/channels/kick/%25E0%25A4%25A'],
  ['/sessions/100%', '/sessions/100%25'],
  ['/a%2Fb/%', '/a%2Fb/%25'],
])('%s is read as %s', (path, readable) => {
  expect(readablePath(path)).toBe(readable)
})
