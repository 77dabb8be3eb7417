import { expect, test } from 'vitest'
import { readViewSearch } from './view-search.ts'

const none = { from: undefined, to: undefined, zone: undefined }

test('a range and a zone are kept as the link has them', () => {
  const search = { from: 'now-6h', to: 'now', zone: 'Asia/Kathmandu' }
  expect(readViewSearch({ ...search, q: 'x' })).toEqual(search)
})

test.each([
  { from: 'garbage', to: 'now' },
  { from: 'now-6h' },
  { from: 'now', to: 'now-1h' },
  { from: '2026-11-29T10:00:00+99:99', to: 'now' },
  { from: ['now-6h', ''], to: ['garbage', 'x'] },
  { zone: 'x' },
  { zone: 'Europe/Nowhere' },
])('%o is as if it were missing, so that it replaces what the link has', (search) => {
  const read = readViewSearch(search)
  expect(read).toEqual(none)
  expect(Object.keys(read)).toEqual(Object.keys(none))
})
