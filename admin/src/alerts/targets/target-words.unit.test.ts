import { expect, test } from 'vitest'
import { healthOf, statusText } from './target-words.ts'

const before = '2026-03-12T11:00:00.000Z'
const unused = { pausedAt: null, pausedReason: null, failures: 0, failingSince: null, deliveredAt: null }

test('how a target does', () => {
  expect(healthOf(unused, false)).toMatchObject({ tone: 'quiet', word: 'nothing sent yet' })
  expect(healthOf({ ...unused, deliveredAt: before }, false)).toMatchObject({ tone: 'good', word: 'delivering' })
  expect(healthOf({ ...unused, deliveredAt: before }, true)).toMatchObject({ tone: 'warn', word: 'waiting' })
  expect(healthOf({ ...unused, failures: 2, failingSince: before }, true)).toEqual({
    tone: 'wrong',
    word: 'failing',
    since: before,
    why: '2 attempts failed in a row. After a day it is paused.',
  })
})

test('a pause says why, and whether the target had failed', () => {
  const paused = { ...unused, pausedAt: before, pausedReason: 'Holidays.' }
  expect(healthOf(paused, false)).toEqual({ tone: 'warn', word: 'paused', since: before, why: 'Holidays.' })
  expect(healthOf({ ...paused, failures: 9, failingSince: before }, false)).toMatchObject({ tone: 'wrong' })
})

test('what was answered', () => {
  expect(statusText({ status: 204, durationMs: 35 })).toBe('204 in 35 ms')
  expect(statusText({ status: null, durationMs: 15_000 })).toBe('no answer in 15 s')
})
