import { expect, test } from 'vitest'
import type { Role } from '../data/api.tsx'
import type { Action } from './palette-actions.ts'
import { groupsOf, hasWords } from './palette-entries.ts'

const nothing = { go: () => undefined }
const actions: Action[] = [
  { id: 'key', text: 'Make a key', role: 'ADMIN', does: nothing },
  { id: 'track', text: 'Track a channel', role: 'OPERATOR', does: nothing },
  { id: 'sign-in', text: 'Sign in with a key', role: 'PUBLIC', does: nothing },
]

const rank = { PUBLIC: 0, OPERATOR: 1, ADMIN: 2 }

const shownTo = (role: Role, text: string, more: Partial<Parameters<typeof groupsOf>[0]> = {}) =>
  groupsOf({
    text,
    matches: [],
    isFound: true,
    recent: [{ platform: 'kick', slug: 'seen' }],
    actions,
    caller: { may: (needed) => rank[role] >= rank[needed] },
    go: () => undefined,
    ...more,
  }).map(({ name, entries }) => [name, ...entries.map((entry) => entry.text)].join(', '))

test('a channel that was found shows its handle beside its name', () => {
  const channel = { id: '1', channelId: '1', platform: 'KICK', avatarUrl: null, status: 'OFFLINE' } as const
  const of = (slug: string, displayName: string | null) =>
    ({ by: 'SLUG', slug, until: null, channel: { ...channel, slug, displayName } }) as never
  const [group] = groupsOf({
    text: 'amber',
    matches: [of('amber-wolf', 'Amber_Wolf'), of('amber_dragon', null)],
    isFound: true,
    recent: [],
    actions: [],
    caller: { may: () => false },
    go: () => undefined,
  })
  expect(group!.entries.map(({ note }) => note)).toEqual(['amber-wolf, Kick', 'Kick'])
})

test('words begin words in any order', () => {
  expect(hasWords('Make a key', 'key mak')).toBe(true)
  expect(hasWords('Make a key', 'ey')).toBe(false)
})

test('without a text the channels of the tab are first, and all that the role allows', () => {
  expect(shownTo('PUBLIC', '')).toEqual([
    'Channels of this tab, seen',
    'Places, Live, Channels, Compare, GraphiQL',
    'Actions, Sign in with a key',
  ])
  expect(shownTo('ADMIN', '')[1]).toBe('Places, Live, Channels, Compare, Inbox, Alerts, Operations, Settings, GraphiQL')
  expect(shownTo('OPERATOR', '')[2]).toBe('Actions, Track a channel, Sign in with a key')
})

test('a text leaves what has its words', () => {
  expect(shownTo('PUBLIC', 'key')).toEqual(['Actions, Sign in with a key'])
  expect(shownTo('OPERATOR', 'inb')).toEqual(['Places, Inbox'])
})

test('an operator may track a name that nothing has', () => {
  expect(shownTo('OPERATOR', 'Ninja')).toEqual(['Actions, Track Ninja'])
  expect(shownTo('OPERATOR', 'https://www.twitch.tv/ninja')).toEqual(['Actions, Track ninja on Twitch'])
  expect(shownTo('OPERATOR', 'track inb')).toEqual(['Actions, Track inb'])
  expect(shownTo('PUBLIC', 'Ninja')).toEqual([])
  // It is not known yet whether a channel has it.
  expect(shownTo('OPERATOR', 'Ninja', { isFound: false })).toEqual([])
})

test('what is no name and what is tracked already is not offered', () => {
  expect(shownTo('OPERATOR', 'what is this?')).toEqual([])
  expect(shownTo('OPERATOR', `track ${'x'.repeat(26)}`)).toEqual([])
  const channel = {
    id: '1',
    channelId: '1',
    platform: 'KICK',
    slug: 'ninja',
    displayName: 'Ninja',
    avatarUrl: null,
    status: 'ONLINE',
  } as const
  const matches = [{ by: 'SLUG', slug: 'ninja', until: null, channel }] as unknown as Parameters<
    typeof groupsOf
  >[0]['matches']
  expect(shownTo('OPERATOR', 'Ninja', { matches })).toEqual(['Channels, Ninja'])
  expect(shownTo('OPERATOR', 'track Ninja', { matches })).toEqual(['Channels, Ninja'])
  expect(shownTo('OPERATOR', 'ninj', { matches })).toEqual(['Channels, Ninja', 'Actions, Track ninj'])
})
