import { expect, test } from 'vitest'
import { decide, historyMs } from '../../src/alerts/decide.ts'
import type { Happening } from '../../src/alerts/happening.ts'
import type { Rule } from '../../src/alerts/rule.ts'

const at = Date.UTC(2026, 5, 10, 12)

const happening = (change: Partial<Happening> = {}): Happening => ({
  ...{ kind: 'went-live', log: 'journal', position: 1, channelId: 7n, platform: 'kick' },
  ...{ at, recordedAt: at + 500, sessionStartedAt: at, facts: {} },
  ...change,
})

const rule = (change: Partial<Rule> = {}): Rule => ({
  ...{ id: 'r', name: 'rule', kinds: new Set(['went-live']), since: 0, channelIds: null, platform: null },
  ...{ conditions: {}, quiet: null, windowMs: null },
  ...change,
})

const reason = (given: Partial<Rule>, about: Partial<Happening> = {}, state: number | null = null) =>
  decide(rule(given), state, happening(about)).reason

test('a rule tells what it is about, and nothing else', () => {
  expect(reason({})).toBe('told')
  expect(reason({}, { kind: 'ended' })).toBe('other-kind')
  expect(reason({ platform: 'twitch' })).toBe('other-channel')
  expect(reason({ channelIds: new Set([8n]) })).toBe('other-channel')
  expect(reason({ channelIds: new Set([7n]) })).toBe('told')
  expect(reason({ channelIds: new Set([7n]) }, { channelId: null })).toBe('other-channel')
})

test('what was recorded before the rule, or long after it happened, is not told', () => {
  expect(reason({ since: at + 501 })).toBe('before-rule')
  expect(reason({ since: at + 500 })).toBe('told')
  expect(reason({}, { recordedAt: at + historyMs })).toBe('told')
  expect(reason({}, { recordedAt: at + historyMs + 1 })).toBe('history')
})

test('a window is counted from what was told last', () => {
  const windowMs = 60_000
  expect(reason({ windowMs }, {}, at - 59_999)).toBe('too-soon')
  expect(reason({ windowMs }, {}, at - 60_000)).toBe('told')
  expect(decide(rule({ windowMs }), at - 1, happening())).toEqual({ tells: false, reason: 'too-soon', state: at - 1 })
  expect(decide(rule({ windowMs }), null, happening())).toEqual({ tells: true, reason: 'told', state: at })
})

test.each([
  ['title-changed', { titleContains: ['Drops'] }, { title: 'DROPS are on' }, { title: 'no' }],
  ['category-changed', { categories: ['just chatting'] }, { category: 'Just Chatting' }, { category: 'Chess' }],
  ['viewers-passed', { viewers: 500 }, { viewers: 500, viewersBefore: 499 }, { viewers: 600, viewersBefore: 500 }],
  ['viewers-passed', { viewers: 500 }, { viewers: 900 }, { viewers: 499 }],
  [
    'viewers-passed',
    { timesUsual: 2 },
    { viewers: 200, viewersBefore: 199, usualViewers: 100 },
    { viewers: 200, viewersBefore: 199 },
  ],
  ['trust-fell', { scoreBelow: 50 }, { score: 49.9, previousScore: 50 }, { score: 40, previousScore: 49 }],
  ['job-failed', { jobs: ['chat-export'] }, { job: 'chat-export' }, { job: 'trust-scores' }],
] as const)('%s with %o', (kind, conditions, met, unmet) => {
  const kinds = new Set([kind])
  expect(reason({ kinds, conditions }, { kind, facts: met })).toBe('told')
  expect(reason({ kinds, conditions }, { kind, facts: unmet })).toBe('condition')
  expect(reason({ kinds, conditions }, { kind: 'went-live', facts: unmet })).toBe('other-kind')
})
