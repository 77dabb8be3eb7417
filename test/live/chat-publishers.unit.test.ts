import { expect, test } from 'vitest'
import type { ChatNotice } from '../../src/live/chat-notice.ts'
import { ChatPublishers } from '../../src/live/chat-publishers.ts'
import { chatLine } from '../support/telemetry/chat-rows.ts'

const lines = [{ channelId: 1n, slug: 'c1', line: chatLine({ at: 1_000, id: 'm' }) }]
const said = (number: number, state: ChatNotice['state'] = 'on'): ChatNotice => ({ node: 'n', number, state, lines })
const sign = (number: number, state: ChatNotice['state'] = 'on'): ChatNotice => ({
  node: 'n',
  number,
  state,
  lines: [],
})
const whole = { isNew: true, missed: 0, hole: null }

test('notices in a row have no hole, and the signs of life between them none either', () => {
  const publishers = new ChatPublishers()
  publishers.connected(10)
  for (const notice of [sign(0), said(1), sign(1), said(2), said(3), sign(3)])
    expect(publishers.hear(notice, 20), `${notice.number}`).toEqual(whole)
})

test('what comes again is not new', () => {
  const publishers = new ChatPublishers()
  publishers.hear(said(1), 20)
  publishers.hear(said(2), 20)
  for (const notice of [said(1), said(2), sign(1)])
    expect(publishers.hear(notice, 30)).toEqual({ isNew: false, missed: 0, hole: null })
})

test.each([
  ['a notice', said(4), 2],
  ['a sign of life', sign(3), 2],
])('%s tells how many before it never came, and whose chat has the hole', (_, notice, missed) => {
  const publishers = new ChatPublishers()
  publishers.connected(10)
  publishers.hear(said(1), 20)
  const early = new ChatPublishers()
  early.connected(10)
  early.hear(said(1), 20)
  early.connected(30)
  expect(publishers.hear(notice, 40)).toEqual({ isNew: true, missed, hole: 'everybody' })
  expect(early.hear(notice, 40)).toEqual({ isNew: true, missed, hole: 'earlier' })
})

test('of a node that is heard for the first time, those may have missed something who were there before the connection', () => {
  for (const [notice, hole] of [
    [said(1), null],
    [sign(0), null],
    [said(2), 'earlier'],
    [sign(1), 'earlier'],
  ] as const)
    expect(new ChatPublishers().hear(notice, 20)).toEqual({ isNew: true, missed: 0, hole })
})

test('what a node gave up itself is missing for everybody, however well it is heard', () => {
  const publishers = new ChatPublishers()
  expect(publishers.hear(said(1, 'lost'), 20).hole).toBe('everybody')
  expect(publishers.hear(said(2), 20).hole).toBeNull()
  expect(publishers.hear(said(3, 'lost'), 20).hole).toBe('everybody')
})

test('silence is told once for each node, unless it has said that it ends', () => {
  const publishers = new ChatPublishers()
  publishers.hear(said(1), 20)
  publishers.hear({ ...said(1), node: 'other' }, 50)
  expect(publishers.silentSince(20)).toBe(false)
  expect(publishers.silentSince(30)).toBe(true)
  expect(publishers.silentSince(40)).toBe(false)
  publishers.hear(sign(1), 60)
  publishers.hear({ ...sign(1, 'ends'), node: 'other' }, 60)
  expect(publishers.silentSince(60)).toBe(false)
  expect(publishers.silentSince(100)).toBe(true)
  expect(publishers.silentSince(200)).toBe(false)
})
