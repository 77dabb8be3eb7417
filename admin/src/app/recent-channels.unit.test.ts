import { expect, test } from 'vitest'
import { channelOf, withRecent } from './recent-channels.ts'

test('the page of a channel is told by its path', () => {
  expect(channelOf('/channels/kick/ninja')).toEqual({ platform: 'kick', slug: 'ninja' })
  expect(channelOf('/channels/kick/id%3AQ2g')).toEqual({ platform: 'kick', slug: 'id:Q2g' })
  expect(channelOf('/channels')).toBeNull()
  expect(channelOf('/sessions/kick/ninja')).toBeNull()
})

test('the newest is first, each is there once, and six are kept', () => {
  const list = ['a', 'b', 'c', 'd', 'e', 'f'].map((slug) => ({ platform: 'kick', slug }))
  expect(
    withRecent(list, { platform: 'kick', slug: 'c' })
      .map(({ slug }) => slug)
      .join(''),
  ).toBe('cabdef')
  expect(
    withRecent(list, { platform: 'x', slug: 'a' })
      .map(({ slug }) => slug)
      .join(''),
  ).toBe('aabcde')
})
