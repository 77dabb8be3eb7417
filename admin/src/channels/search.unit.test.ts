import { expect, test } from 'vitest'
import { isFiltered, listVariables, readChannelsSearch } from './search.ts'

test('what is no filter is as if it were missing', () => {
  const search = readChannelsSearch({ platform: 'MARS', status: 'online', order: 'SIZE', watched: 'maybe' })
  expect(Object.values(search).every((value) => value === undefined)).toBe(true)
  expect(isFiltered(search)).toBe(false)
})

test('a list of Kick has no order by followers', () => {
  expect(readChannelsSearch({ order: 'FOLLOWERS_DESC' }).order).toBe('FOLLOWERS_DESC')
  expect(readChannelsSearch({ platform: 'KICK', order: 'FOLLOWERS_DESC' }).order).toBeUndefined()
})

test('the address becomes a filter, an order and a page', () => {
  const search = readChannelsSearch({ q: 'ninja', watched: 'no', claimed: 'yes', order: 'VIEWERS_DESC', before: 'c' })
  expect(listVariables(search, true)).toEqual({
    filter: { handle: 'ninja', active: false, claimed: true },
    orderBy: 'VIEWERS_DESC',
    last: 50,
    before: 'c',
    operator: true,
    searching: true,
  })
})

test('only operators ask for what only operators may', () => {
  const { filter, operator } = listVariables({ watched: 'yes', claimed: 'no', status: 'ONLINE' }, false)
  expect({ filter, operator }).toEqual({ filter: { status: 'ONLINE' }, operator: false })
})
