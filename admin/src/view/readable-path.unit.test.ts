import { expect, test } from 'vitest'
import { readablePath } from './readable-path.ts'

const unreadable = '%EF%BF%BD'

test.each([
  ['/', '/'],
  ['/channels/kick/%C3%A9t%C3%A9', '/channels/kick/%C3%A9t%C3%A9'],
  ['/channels/kick/%E0%A4%A', `/channels/kick/${unreadable.repeat(3)}`],
  ['/sessions/100%', `/sessions/100${unreadable}`],
  ['/a%2Fb/%', `/a%2Fb/${unreadable}`],
])('%s is read as %s', (path, readable) => {
  expect(readablePath(path)).toBe(readable)
})
