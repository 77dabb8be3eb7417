import { expect, it } from 'vitest'
import { readRateLimit } from '../../src/platforms/rate-limit-headers.ts'

const now = Date.UTC(2026, 10, 22, 12)
const inSeconds = (seconds: number) => String(now / 1000 + seconds)

it.each([
  ['Twitch', { 'ratelimit-remaining': '0', 'ratelimit-reset': inSeconds(30) }, { remaining: 0, resetMs: 30_000 }],
  ['X', { 'x-rate-limit-remaining': '7', 'x-rate-limit-reset': inSeconds(900) }, { remaining: 7, resetMs: 900_000 }],
])('is read as %s spells it', (_name, headers, limit) => {
  expect(readRateLimit(headers, now)).toEqual(limit)
})

it('is measured on the clock of the host', () => {
  const headers = {
    date: new Date(now - 60_000).toUTCString(),
    'ratelimit-remaining': '0',
    'ratelimit-reset': inSeconds(0),
  }
  expect(readRateLimit(headers, now + 7_000_000)).toEqual({ remaining: 0, resetMs: 60_000 })
})

it('asks for no wait that lies in the past and for none above an hour', () => {
  const at = (seconds: number) => ({ 'ratelimit-remaining': '0', 'ratelimit-reset': inSeconds(seconds) })
  expect([readRateLimit(at(-5), now)?.resetMs, readRateLimit(at(86_400), now)?.resetMs]).toEqual([0, 3_600_000])
})

it.each([
  {},
  { 'ratelimit-remaining': '0' },
  { 'ratelimit-reset': inSeconds(5) },
  { 'ratelimit-remaining': '-1', 'ratelimit-reset': inSeconds(5) },
  { 'ratelimit-remaining': '0', 'ratelimit-reset': '30' },
  { 'ratelimit-remaining': 'none', 'ratelimit-reset': 'soon' },
])('is unknown when the headers are %j', (headers) => {
  expect(readRateLimit(headers, now)).toBeUndefined()
})
