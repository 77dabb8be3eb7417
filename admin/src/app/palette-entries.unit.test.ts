import { expect, test } from 'vitest'
import type { Role } from '../data/api.tsx'
import type { Action } from './palette-actions.ts'
import { groupsOf, hasWords } from './palette-entries.ts'

const nothing = { go: () => undefined }
const actions: Action[] = [
  { id: 'key', text: 'Create a key', role: 'ADMIN', does: nothing },
  { id: 'track', text: 'Track a channel', role: 'OPERATOR', does: nothing },
  { id: 'sign-in', text: 'Sign in with a key', role: 'PUBLIC', does: nothing },
]

const rank = { PUBLIC: 0, OPERATOR: 1, ADMIN: 2 }

const shownTo = (role: Role, text: string) =>
  groupsOf({
    text,
    matches: [],
    recent: [{ platform: 'kick', slug: 'seen' }],
    actions,
    caller: { may: (needed) => rank[role] >= rank[needed] },
    go: () => undefined,
  }).map(({ name, entries }) => [name, ...entries.map((entry) => entry.text)].join(', '))

test('words begin words in any order', () => {
  expect(hasWords('Create a key', 'key cre')).toBe(true)
  expect(hasWords('Create a key', 'ey')).toBe(false)
})

test('without a text the channels of the tab are first, and all that the role allows', () => {
  expect(shownTo('PUBLIC', '')).toEqual([
    'Channels of this tab, seen',
    'Places, Live, Channels, Compare, GraphiQL',
    'Actions, Sign in with a key',
  ])
  expect(shownTo('ADMIN', '')[1]).toBe('Places, Live, Channels, Compare, Inbox, Operations, Settings, GraphiQL')
  expect(shownTo('OPERATOR', '')[2]).toBe('Actions, Track a channel, Sign in with a key')
})

test('a text leaves what has its words, and operators may track it', () => {
  expect(shownTo('PUBLIC', 'key')).toEqual(['Actions, Sign in with a key'])
  expect(shownTo('OPERATOR', 'inb')).toEqual(['Places, Inbox', 'Actions, Track inb'])
  expect(shownTo('OPERATOR', 'track Ninja')).toEqual(['Actions, Track Ninja'])
})
