import { expect, test } from 'vitest'
import type { AlertRuleWholeFragment } from '../../../generated/graphql.ts'
import { draftOf, emptyDraft, inputOf, switched, toldOf } from './rule-draft.ts'
import { aboutText } from './rule-words.ts'

const rule = {
  name: 'Ours',
  isEnabled: true,
  kinds: ['TITLE_CHANGED', 'VIEWERS_PASSED'],
  platform: 'KICK',
  streamer: { id: 's', name: 'Cleo' },
  channels: [{ id: 'c', displayName: 'Anna', slug: 'anna', channelId: '1' }],
  conditions: {
    titleContains: ['a', 'b'],
    categories: null,
    viewers: 100,
    timesUsual: 1.5,
    scoreBelow: null,
    jobs: null,
  },
  quiet: { timezone: 'Europe/Berlin', from: '22:00', until: '07:00', days: [5] },
  windowSeconds: 60,
  targets: [{ id: 't', name: 'Phone' }],
} as unknown as AlertRuleWholeFragment

const input = {
  name: 'Ours',
  isEnabled: true,
  kinds: ['TITLE_CHANGED', 'VIEWERS_PASSED'],
  channels: ['c'],
  platform: 'KICK',
  streamer: 's',
  conditions: {
    titleContains: ['a', 'b'],
    categories: null,
    viewers: 100,
    timesUsual: 1.5,
    scoreBelow: null,
    jobs: null,
  },
  quiet: { timezone: 'Europe/Berlin', from: '22:00', until: '07:00', days: [5] },
  windowSeconds: 60,
  targets: ['t'],
}

test('a rule that is not changed is sent as it is', () => {
  expect(inputOf(draftOf(rule, 'UTC'))).toEqual(input)
  expect(switched(rule, false)).toEqual({ ...input, isEnabled: false })
})

test('conditions of kinds that are not chosen any more are left out', () => {
  const { conditions } = inputOf({ ...draftOf(rule, 'UTC'), kinds: ['WENT_LIVE'] })
  expect(Object.values(conditions!).every((value) => value === null)).toBe(true)
})

test('a rule whose channels were all deleted can not be sent again, as it would be about all', () => {
  expect(switched({ ...rule, channels: [] }, false)).toBeNull()
})

test('lines without a text are no texts', () => {
  const draft = { ...emptyDraft('UTC'), name: ' New ', kinds: ['TITLE_CHANGED'] as const, titles: ' a \n\n' }
  expect(inputOf(draft)).toMatchObject({ name: 'New', channels: null, conditions: { titleContains: ['a'] } })
})

test('a draft is told as the rule that it means', () => {
  const told = toldOf(draftOf(rule, 'UTC'), [
    { id: 't', name: 'Phone' },
    { id: 'u', name: 'Mail' },
  ])
  expect(told.targets).toEqual([{ id: 't', name: 'Phone' }])
  expect(aboutText(told)).toBe('Anna on Kick that Cleo claims')
})
