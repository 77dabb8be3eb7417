import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCreated, readSubscriptionPage } from '../../../src/platforms/twitch/event-subscriptions.ts'
import { readFollowerTotal } from '../../../src/platforms/twitch/follower-totals.ts'
import { readStreams } from '../../../src/platforms/twitch/read-stream.ts'
import { readUserByLogin, readUsers } from '../../../src/platforms/twitch/read-user.ts'
import { signedCallback } from '../../../src/platforms/twitch/webhook-secret.ts'

const stream = (id: unknown, changes: object = {}) => ({
  id: '40952121085',
  user_id: id,
  user_login: 'Some_Name',
  user_name: 'SomeNAME',
  game_id: '509658',
  game_name: 'Just Chatting',
  type: 'live',
  title: 'hello',
  viewer_count: 78_365,
  started_at: '2026-11-22T10:00:00Z',
  language: 'es',
  ...changes,
})

const asked = (...ids: string[]) => new Set(ids)
const data = (...rows: unknown[]) => ({ data: rows, pagination: {} })

describe('a live answer', () => {
  it('becomes one observation with the identity it carries', () => {
    const reading = readStreams(data(stream('101051819')), asked('101051819'))
    expect(reading.ok && [...reading.value]).toEqual([
      [
        '101051819',
        {
          profile: { platformUserId: '101051819', slug: 'some_name', displayName: 'SomeNAME' },
          platformStreamId: '40952121085',
          startedAt: new Date('2026-11-22T10:00:00Z'),
          title: 'hello',
          category: 'Just Chatting',
          language: 'es',
          viewerCount: 78_365,
          row: expect.any(Function),
        },
      ],
    ])
  })

  it('keeps a count of zero, which Twitch does not hide, and knows none where it is impossible', () => {
    const count = (viewer_count: unknown) => {
      const reading = readStreams(data(stream('1', { viewer_count })), asked('1'))
      return reading.ok ? reading.value.get('1')?.viewerCount : 'unusable'
    }
    expect([0, -1, 1.5, null, 5e9, 'many'].map(count)).toEqual([0, null, null, null, null, null])
  })

  it('shows blank texts as unknown', () => {
    const blank = { id: '', user_login: '', user_name: ' ', game_name: '', title: '', language: '' }
    const reading = readStreams(data(stream('1', blank)), asked('1'))
    expect(reading.ok && reading.value.get('1')).toEqual({
      profile: { platformUserId: '1' },
      startedAt: new Date('2026-11-22T10:00:00Z'),
      viewerCount: 78_365,
      row: expect.any(Function),
    })
  })

  it('takes what is not a live broadcast for none', () => {
    const reading = readStreams(data(stream('1', { type: 'rerun' }), stream('2')), asked('1', '2'))
    expect(reading.ok && [...reading.value.keys()]).toEqual(['2'])
  })

  it.each([{ type: '' }, { type: undefined }, { started_at: 'soon' }, { started_at: '' }])(
    'says nothing about a user who has %j, and tells the others',
    (changes) => {
      const reading = readStreams(data(stream('2'), stream('1', changes)), asked('1', '2'))
      expect(reading).toMatchObject({ ok: true, unclear: new Map([['1', 'its item is unusable']]) })
      expect(reading.ok && [...reading.value.keys()]).toEqual(['2'])
    },
  )

  it('leaves out users nobody asked for, and of two broadcasts of one user the earlier', () => {
    const later = stream('1', { id: 'later', started_at: '2026-11-22T11:00:00Z' })
    const reading = readStreams(data(later, stream('1'), stream('9')), asked('1'))
    expect(reading.ok && [...reading.value.values()].map(({ platformStreamId }) => platformStreamId)).toEqual(['later'])
  })
})

describe('profiles', () => {
  const user = (id: unknown, changes: object = {}) => ({
    id,
    login: 'twitchdev',
    display_name: 'TwitchDev',
    description: 'about',
    profile_image_url: 'https://static-cdn.jtvnw.net/a.png',
    ...changes,
  })

  it('are read by user', () => {
    const reading = readUsers(data(user('141981764')), asked('141981764'))
    expect(reading.ok && reading.value.get('141981764')).toEqual({
      platformUserId: '141981764',
      slug: 'twitchdev',
      displayName: 'TwitchDev',
      bio: 'about',
      avatarUrl: 'https://static-cdn.jtvnw.net/a.png',
    })
  })

  it('leave out what is impossible', () => {
    const odd = { login: 'a b', display_name: '', description: null, profile_image_url: 'javascript:alert(1)' }
    const reading = readUsers(data(user('1', odd)), asked('1'))
    expect(reading.ok && reading.value.get('1')).toEqual({ platformUserId: '1' })
  })

  it('by login are only of who holds it', () => {
    expect(readUserByLogin(data(user('1', { login: 'other' })), 'twitchdev')).toMatchObject({ ok: true, value: null })
    expect(readUserByLogin(data(user('x')), 'twitchdev').ok).toBe(false)
  })
})

describe('a follower total', () => {
  it('is read without the list, which is for moderators', () => {
    const reading = readFollowerTotal({ total: 8, data: [], pagination: {} }, '1')
    expect(reading.ok && [...reading.value.values()]).toEqual([{ platformUserId: '1', followerCount: 8 }])
  })

  it.each([undefined, null, -1, 0.5, '', 'many', 2 ** 31])(
    'that is %j makes no observation, also not of zero',
    (total) => {
      expect(readFollowerTotal({ total, data: [] }, '1').ok).toBe(false)
    },
  )

  it('of zero is zero', () => {
    const reading = readFollowerTotal({ total: 0 }, '1')
    expect(reading.ok && reading.value.get('1')?.followerCount).toBe(0)
  })
})

describe('event subscriptions', () => {
  const url = 'https://example.com/webhooks/twitch'
  const ours = { callbackUrl: url, secret: 'a secret of ours' }
  const row = (changes: object = {}) => ({
    id: '26b1c993',
    status: 'enabled',
    type: 'stream.online',
    version: '1',
    condition: { broadcaster_user_id: '1234' },
    transport: { method: 'webhook', callback: signedCallback(url, ours.secret) },
    ...changes,
  })

  it('are those that deliver to us', () => {
    const others = [
      row({ status: 'authorization_revoked' }),
      row({ transport: { method: 'webhook', callback: 'https://example.org/else' } }),
      row({ transport: { method: 'webhook', callback: `${url}/else?s=12345678` } }),
      row({ transport: { method: 'websocket', session_id: 's' } }),
    ]
    const reading = readSubscriptionPage({ data: [...others, row()], pagination: { cursor: 'c' } }, ours)
    expect(reading.ok && reading.value).toEqual({
      rows: [{ id: '26b1c993', platformUserId: '1234', event: 'stream.online', version: 1 }],
      after: 'c',
    })
  })

  it.each([url, signedCallback(url, 'another secret of ours')])('with the callback %s are outdated', (callback) => {
    const reading = readSubscriptionPage({ data: [row({ transport: { method: 'webhook', callback } })] }, ours)
    expect(reading.ok && reading.value.rows).toMatchObject([{ id: '26b1c993', isOutdated: true }])
  })

  it.each([{ id: '' }, { version: 'beta' }, { condition: {} }])('with %j spoil the list', (changes) => {
    expect(readSubscriptionPage({ data: [row(changes)] }, ours).ok).toBe(false)
  })
})

const rowsOf = (rows: unknown[]) => ({ data: rows, errors: rows })

it('no answer whatever makes a reader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()).map(rowsOf)), (body) => {
      readStreams(body, asked('1'))
      readUsers(body, asked('1'))
      readUserByLogin(body, 'a')
      readFollowerTotal(body, '1')
      readSubscriptionPage(body, { callbackUrl: 'https://example.com/', secret: 'a secret' })
      readCreated(body)
    }),
    { numRuns: 300 },
  )
})
