import { expect, test } from 'vitest'
import { fieldWords, nodeIdOf, setValue, targetText, valueWords, verbOf } from './audit-words.ts'

const line = (action: string, target: string, after: object | null = null, before: object | null = null) => ({
  action,
  target,
  before,
  after,
})
const sentence = (one: ReturnType<typeof line>) => `${verbOf(one)} ${targetText(one)}${setValue(one)}`.trim()

test.each([
  [line('api-key.create', 'api-key:01M8', { name: 'Cleo', role: 'OPERATOR' }), 'Created the key Cleo'],
  [line('api-key.revoke', 'api-key:01M8', null, { name: 'Cleo' }), 'Revoked the key Cleo'],
  [line('channel.monitor', 'channel:42', { active: false }), 'Paused watching 42'],
  [line('channel.monitor', 'channel:42', { active: true }), 'Resumed watching 42'],
  [line('channel.track', 'channel:42', { slug: 'anna' }), 'Started tracking anna'],
  [line('chatter.erase', 'chatter:8f', { erasure: '01' }), 'Erased a person'],
  [
    line('configuration.set', 'configuration:monitoring.poll.interval.seconds', { value: '30' }),
    'Set Polling interval to 30',
  ],
  [line('configuration.set', 'configuration:kick.client.secret', { isEncrypted: true }), 'Set Kick client secret'],
  [line('something.new', 'thing:7'), 'something.new 7'],
])('%j is "%s"', (one, expected) => {
  expect(sentence(one)).toBe(expected)
})

test('channels and streamers are asked for by the ids of the API, and nothing else is', () => {
  expect(nodeIdOf('channel:258')).toBe('Q2hhbm5lbDoyNTg')
  expect(nodeIdOf('streamer:7')).toBe('U3RyZWFtZXI6Nw')
  expect(nodeIdOf('channel:erased')).toBe(null)
  expect(nodeIdOf('job:channel')).toBe(null)
})

test('fields and values are words', () => {
  expect(fieldWords('expiresAt')).toBe('expires at')
  expect(['OPERATOR', 'NOT_KNOWN', 'true', 'null', '30', 'Cleo'].map(valueWords)).toEqual([
    'operator',
    'not known',
    'yes',
    'none',
    '30',
    'Cleo',
  ])
})
