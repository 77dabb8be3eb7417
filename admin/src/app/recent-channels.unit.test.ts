import { expect, onTestFinished, test, vi } from 'vitest'
import { channelOf, forgetRecent, noteVisit, readRecent, withRecent } from './recent-channels.ts'

test('the page of a channel is told by its path', () => {
  expect(channelOf('/channels/kick/ninja')).toEqual({ platform: 'kick', slug: 'ninja' })
  expect(channelOf('/channels/kick/id%3AQ2g')).toEqual({ platform: 'kick', slug: 'id:Q2g' })
  expect(channelOf('/channels/kick/100%')).toEqual({ platform: 'kick', slug: '100%' })
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

test('a page that is drawn anew for another caller is no visit of theirs', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  noteVisit('/channels/kick/ninja')
  expect(readRecent()).toEqual([{ platform: 'kick', slug: 'ninja' }])
  forgetRecent()
  noteVisit('/channels/kick/ninja')
  expect(readRecent()).toEqual([])
  noteVisit('/')
  noteVisit('/channels/kick/ninja')
  expect(readRecent()).toEqual([{ platform: 'kick', slug: 'ninja' }])
})
