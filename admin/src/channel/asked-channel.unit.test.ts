import { expect, test } from 'vitest'
import { formerName, isAsked, readAsked } from './asked-channel.ts'

const channel = { id: 'abc', platform: 'KICK', slug: 'new-name', redirectedFrom: null }

test('an address asks by slug or by id, on a platform that there is', () => {
  expect(readAsked({ platform: 'kick', slug: 'anna' })).toEqual({ platform: 'KICK', slug: 'anna' })
  expect(readAsked({ platform: 'twitch', slug: 'id:abc' })).toEqual({ platform: 'TWITCH', id: 'abc' })
  expect(readAsked({ platform: 'radio', slug: 'anna' })).toBeNull()
})

test('a channel answers to its slug in any case, and to its id', () => {
  expect(isAsked(channel, { platform: 'KICK', slug: 'New-Name' })).toBe(true)
  expect(isAsked(channel, { platform: 'KICK', id: 'abc' })).toBe(true)
  expect(isAsked(channel, { platform: 'TWITCH', slug: 'new-name' })).toBe(false)
  expect(isAsked({ ...channel, slug: null }, { platform: 'KICK', slug: 'new-name' })).toBe(false)
})

test('a name that a channel had is told, and one that it has is not', () => {
  const found = { ...channel, redirectedFrom: 'old-name' }
  expect(formerName(found, { platform: 'KICK', slug: 'Old-Name' })).toBe('old-name')
  expect(formerName(channel, { platform: 'KICK', slug: 'new-name' })).toBeNull()
  expect(formerName(channel, { platform: 'KICK', id: 'abc' })).toBeNull()
  expect(formerName({ ...found, slug: null }, { platform: 'KICK', slug: 'old-name' })).toBe('old-name')
})
