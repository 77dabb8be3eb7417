import { expect, test } from 'vitest'
import { connectionWords } from './connection-words.ts'

const off = { state: 'off', since: 0 } as const
const live = { state: 'live', since: 5 } as const
const lost = { state: 'reconnecting', since: 7 } as const
const gap = { from: 1, to: 2, reason: 'Too many events waited.' }
const renewal = { everyMs: 5_000, failingSince: null }
const failing = { everyMs: 5_000, failingSince: 9 }

test.each([
  ['a page that follows', live, null, null, 'live data', []],
  ['a page that follows, and lost changes', live, null, gap, 'behind', [1, 2]],
  ['a connection that is lost, whatever else is missing', lost, renewal, gap, 'reconnecting since', [7]],
  ['a page that asks again', off, renewal, null, 'renews', []],
  ['a page that asks again and lost changes', off, renewal, gap, 'behind', [1, 2]],
  ['a page that asks again without an answer', off, failing, null, 'not renewed since', [9]],
  ['a page that never had an answer', off, { ...failing, failingSince: 0 }, null, 'not renewed', []],
  ['a page that does neither', off, null, null, 'no live updates', []],
] as const)('%s', (_name, connection, renews, missing, word, at) => {
  expect(connectionWords(connection, renews, missing)).toMatchObject({ word, at })
})
