import { expect, test } from 'vitest'
import {
  aboutText,
  conditionTexts,
  quietText,
  ruleFacts,
  spanText,
  type ToldRule,
  untoldTexts,
  windowText,
} from './rule-words.ts'

const nothing = { titleContains: null, categories: null, viewers: null, timesUsual: null, scoreBelow: null, jobs: null }
const rule: ToldRule = {
  name: 'Ours',
  isEnabled: true,
  kinds: ['WENT_LIVE'],
  channelCount: null,
  platform: null,
  streamer: null,
  conditions: nothing as never,
  quiet: null,
  windowSeconds: null,
  targets: [],
}

test('what a rule is about', () => {
  const channels = ['Anna', 'Bob'].map((displayName) => ({ displayName, slug: null, channelId: '1' }))
  expect(aboutText(rule)).toBe('All channels')
  expect(aboutText({ ...rule, platform: 'KICK' })).toBe('Channels on Kick')
  expect(aboutText({ ...rule, channelCount: 2, channels })).toBe('Anna and Bob')
  expect(aboutText({ ...rule, channelCount: 1, platform: 'TWITCH', streamer: { name: 'Cleo' } })).toBe(
    '1 channel on Twitch that Cleo claims',
  )
  expect(aboutText({ ...rule, channelCount: 0 })).toBe('No channel any more')
})

test('conditions are told of the kinds that a rule has', () => {
  const conditions = { ...nothing, titleContains: ['a', 'b', 'c'], viewers: 1_500, timesUsual: 2 } as never
  expect(conditionTexts({ kinds: ['TITLE_CHANGED', 'VIEWERS_PASSED'], conditions })).toEqual([
    'title has “a”, “b” or “c”',
    'viewers reach 1,500 or 2 times the usual',
  ])
  expect(conditionTexts({ kinds: ['ENDED'], conditions })).toEqual([])
})

test('quiet hours and windows', () => {
  const quiet = { __typename: 'AlertQuietHours', timezone: 'Europe/Berlin', from: '22:00', until: '07:00' } as const
  expect(quietText({ quiet: { ...quiet, days: [] } })).toBe('22:00 to 07:00, every day, Europe/Berlin')
  expect(quietText({ quiet: { ...quiet, days: [5, 6] } })).toBe('22:00 to 07:00, Fri and Sat, Europe/Berlin')
  expect(quietText({ quiet: null })).toBeNull()
  expect(windowText({ windowSeconds: 3_600 })).toBe('at most once in an hour for each channel and event')
  expect([600, 5_400, 172_800, 61].map(spanText)).toEqual(['10 minutes', '90 minutes', '2 days', '61 seconds'])
})

test('a whole rule in words', () => {
  expect(Object.fromEntries(ruleFacts({ ...rule, targets: [{ name: 'Phone' }] }))).toEqual({
    Name: 'Ours',
    Enabled: 'yes',
    Events: 'Went live',
    Channels: 'All channels',
    'Only if': 'nothing more',
    'Quiet hours': 'none',
    'How often': 'every time',
    Targets: 'Phone',
  })
})

test('what would not have been told says why', () => {
  expect(
    untoldTexts([
      { decision: 'TOLD', count: 3 },
      { decision: 'QUIET_HOURS', count: 1_200 },
    ]),
  ).toEqual(['1,200 were in quiet hours'])
})
