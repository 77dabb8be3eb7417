import { expect, test } from 'vitest'
import { makeReceipt, receiptText } from './receipt.ts'
import type { Session } from './use-session.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 12, 17, minute)).toISOString()

const session = (more: Partial<Session> = {}): Session =>
  ({
    id: 'b',
    title: null,
    category: null,
    isLive: true,
    startedAt: at(0),
    endedAt: null,
    durationSeconds: 600,
    peakViewers: null,
    peakAt: null,
    averageViewers: null,
    hoursWatched: null,
    messages: null,
    chatters: null,
    follows: null,
    coverage: null,
    provenance: { start: 'POLL', end: null },
    chapters: [],
    channel: {
      id: 'c',
      platform: 'KICK',
      slug: null,
      displayName: null,
      externalId: 'e',
      channelId: 7,
      platformUserId: '9',
    },
    timeline: {
      meta: { completeThrough: at(9), coverage: 0.5 },
      points: [
        { start: at(0), messages: 3, follows: 1 },
        { start: at(1), messages: 4, follows: 0 },
      ],
    },
    ...more,
  }) as unknown as Session

const textOf = (one: Session, noticedAt: string | null = null): string =>
  receiptText(
    makeReceipt({ session: one, holes: [], noticedAt, zone: 'UTC', now: Date.parse(at(10)), origin: 'http://x' }),
  )

test('a receipt of a broadcast that lasts says what is counted so far, and when the rest is known', () => {
  const text = textOf(session())
  expect(text).toContain('End: still live')
  expect(text).toContain('Messages: 7 messages, so far')
  expect(text).toContain('Follows: 1 follow, so far')
  expect(text).toContain('Chatters: counted a few minutes after the broadcast ends')
  expect(text).not.toContain('unknown')
})

test('a receipt of one that is over says what was counted of all of it', () => {
  const text = textOf(session({ isLive: false, endedAt: at(5), messages: 9, follows: 2, chatters: 4, peakViewers: 12 }))
  expect(text).toMatch(/Messages: 9 messages\n.*Chatters: 4 people\n.*Follows: 2 follows\n/)
  expect(text).toContain('Peak: 12 viewers')
  expect(textOf(session({ isLive: false, endedAt: at(5) }))).toContain('Chatters: counted a few minutes after the end')
})

const endOf = (end: 'POLL' | 'WEBHOOK'): Session['provenance'] => ({
  __typename: 'SessionProvenance',
  start: 'POLL',
  end,
})

test('an end that is inferred is told with what is sure, and one that was reported as it is', () => {
  const inferred = session({ isLive: false, endedAt: at(10), provenance: endOf('POLL') })
  const text = textOf(inferred, at(12))
  expect(text).toContain('End: inferred, between 2026-03-12 17:10:00 UTC and 2026-03-12 17:12:00 UTC')
  expect(text).toContain('Duration: at least 10 min')
  expect(textOf(inferred)).toContain('End: inferred, at 2026-03-12 17:10:00 UTC or later')
  const reported = textOf(session({ isLive: false, endedAt: at(10), provenance: endOf('WEBHOOK') }))
  expect(reported).toMatch(/End: 2026-03-12 17:10:00 UTC\n.*Duration: 10 min\n/)
})
