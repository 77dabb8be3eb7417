import { expect, test } from 'vitest'
import { parseInstant, parseRelativeInstant } from '../../../src/lib/instant.ts'
import { apiInstant, printInstant, readInstant } from './instant.ts'

const now = Date.parse('2026-03-12T17:02:31.500Z')

test.each([
  'now',
  'now-90s',
  'now-45m',
  'now-24h',
  'now-7d',
  'now-2w',
  'now/h',
  'now/d',
  'now/w',
  'now-1d/d',
  'now-1w/w',
])('%s is the instant that the server takes it for', (text) => {
  expect(readInstant(text, now)).toBe(parseRelativeInstant(text)!.at(now).getTime())
})

test.each([
  '',
  'now+1h',
  'now-1y',
  'now-999999d',
  'yesterday',
  '2026-03-12',
  '2026-13-09T00:00Z',
  '2026-02-31T10:00Z',
  '2026-03-12T24:00Z',
  '2026-03-12T10:00:00+99:99',
  '0001-01-01T00:00Z',
  '2026-03-12T17:00',
])('"%s" is no instant', (text) => {
  expect(readInstant(text, now)).toBeNull()
})

test('the API is told what it reads, also where a link leaves the seconds out', () => {
  expect(apiInstant('2026-03-12T17:02Z')).toBe('2026-03-12T17:02:00Z')
  expect(apiInstant('2026-03-12T17:02+01:00')).toBe('2026-03-12T16:02:00Z')
  expect(apiInstant('now-24h')).toBe('now-24h')
  expect(parseInstant(apiInstant('2026-03-12T17:02Z'))).toEqual(new Date('2026-03-12T17:02:00Z'))
})

test('an instant is written so that it is read as the same', () => {
  expect(printInstant(now)).toBe('2026-03-12T17:02:31.500Z')
  expect(readInstant(printInstant(now), 0)).toBe(now)
  expect(printInstant(Date.parse('2026-03-12T17:02:31Z'))).toBe('2026-03-12T17:02:31Z')
})
