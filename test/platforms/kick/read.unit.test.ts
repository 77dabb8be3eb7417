import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChannelBySlug, readChannels, readUsers } from '../../../src/platforms/kick/read-channel.ts'
import { readLivestream, readLivestreams } from '../../../src/platforms/kick/read-livestream.ts'
import { readSlug } from '../../../src/platforms/kick/read-slug.ts'

const livestream = (id: unknown, changes: object = {}) => ({
  id: '0198f1a2-5f3c-7c1e-9a65-0d9a4b1c2d3e',
  broadcaster_user: { id, username: 'Some_Name', profile_picture: 'https://files.kick.com/a.webp' },
  channel: { slug: 'Some-Name' },
  category: { id: 15, name: 'Just Chatting', thumbnail: 'https://files.kick.com/c.webp' },
  title: 'hello',
  language_code: 'en',
  tags: ['a'],
  has_mature_content: false,
  started_at: '2026-11-22T10:00:00Z',
  thumbnail: 'https://images.kick.com/t.webp',
  viewer_count: 321,
  ...changes,
})

const channel = (id: unknown, changes: object = {}) => ({
  broadcaster_user_id: id,
  slug: `channel-${id}`,
  channel_description: 'about me',
  stream: { is_live: true, url: 'rtmps://ingest', key: 'sk_live_secret', start_time: '0001-01-01T00:00:00Z' },
  ...changes,
})

const asked = (...ids: string[]) => new Set(ids)
const envelope = (...data: unknown[]) => ({ data, message: 'OK' })

describe('a live answer', () => {
  it('becomes one observation with the identity it carries', () => {
    const reading = readLivestreams(envelope(livestream(123)), asked('123'))
    expect(reading).toEqual({
      ok: true,
      items: 1,
      note: undefined,
      value: new Map([
        [
          '123',
          {
            profile: {
              platformUserId: '123',
              slug: 'some-name',
              displayName: 'Some_Name',
              avatarUrl: 'https://files.kick.com/a.webp',
            },
            platformStreamId: '0198f1a2-5f3c-7c1e-9a65-0d9a4b1c2d3e',
            startedAt: new Date('2026-11-22T10:00:00Z'),
            title: 'hello',
            category: 'Just Chatting',
            language: 'en',
            isMature: false,
            viewerCount: 321,
            row: expect.any(Function),
          },
        ],
      ]),
    })
  })

  it('shows zero values as unknown', () => {
    const blank = {
      id: '',
      broadcaster_user: { id: 5, username: '', profile_picture: '' },
      channel: { slug: '' },
      category: { id: 0, name: '', thumbnail: '' },
      title: ' ',
      language_code: '',
      viewer_count: 0,
      has_mature_content: null,
    }
    expect(readLivestream(livestream(5, blank), '5')).toEqual({
      profile: { platformUserId: '5' },
      startedAt: new Date('2026-11-22T10:00:00Z'),
      viewerCount: null,
      row: expect.any(Function),
    })
    expect(readLivestream(livestream(5, { category: { id: 0, name: 'left over' } }), '5')?.category).toBeUndefined()
  })

  it('does without everything but the user and the start', () => {
    const bare = { broadcaster_user: { id: '5' }, started_at: '2026-11-22T21:00:00.123456789+11:00' }
    const reading = readLivestreams(envelope(bare), asked('5'))
    expect(reading.ok && reading.value.get('5')).toEqual({
      profile: { platformUserId: '5' },
      startedAt: new Date('2026-11-22T10:00:00.123Z'),
      viewerCount: null,
      row: expect.any(Function),
    })
  })

  it('keeps a start in the future as it was sent', () => {
    expect(readLivestream(livestream(5, { started_at: '2099-01-01T00:00:00Z' }), '5')?.startedAt.getFullYear()).toBe(
      2099,
    )
  })

  it.each([
    { started_at: undefined },
    { started_at: '0001-01-01T00:00:00Z' },
    { started_at: 'soon' },
    { started_at: 7 },
  ])('says nothing about a user who has %j, and tells the others', (changes) => {
    const reading = readLivestreams(envelope(livestream(1), livestream(2, changes)), asked('1', '2'))
    expect(reading).toMatchObject({ ok: true, unclear: new Map([['2', 'its item is unusable']]), items: 2 })
    expect(reading.ok && [...reading.value.keys()]).toEqual(['1'])
  })

  it('says nothing about a user of whose two rows one is unusable', () => {
    const rows = [livestream(1, { started_at: 'soon' }), livestream(1)]
    for (const body of [envelope(...rows), envelope(...rows.toReversed())]) {
      const reading = readLivestreams(body, asked('1'))
      expect(reading.ok && [reading.value.size, reading.unclear?.has('1')]).toEqual([0, true])
    }
  })

  it('ignores rows of users nobody asked for, also unusable ones', () => {
    const reading = readLivestreams(envelope(livestream(1), livestream(2, { started_at: null })), asked('1'))
    expect(reading.ok && [...reading.value.keys()]).toEqual(['1'])
  })

  it('leaves out rows without a user and counts them', () => {
    const rows = [livestream(1), livestream(0), livestream(null), { broadcaster_user: null }, null, 'row', 7, []]
    const reading = readLivestreams(envelope(...rows), asked('1'))
    expect(reading).toMatchObject({ ok: true, items: 8, note: '7 items without a user id were left out' })
  })

  it('is unusable when none of its rows names a user', () => {
    expect(readLivestreams(envelope({ user: { id: 1 }, started_at: '2026-11-22T10:00:00Z' }), asked('1')).ok).toBe(
      false,
    )
  })

  it.each([null, undefined, [], {}, 'OK', { data: null }, { data: {} }, { data: 'x' }, { message: 'OK' }])(
    'without a list is unusable: %j',
    (body) => expect(readLivestreams(body, asked('1')).ok).toBe(false),
  )

  it('with an empty list says that nobody is live', () => {
    expect(readLivestreams(envelope(), asked('1'))).toEqual({ ok: true, value: new Map(), items: 0, note: undefined })
  })

  it('gives the later broadcast of one user in whatever order the rows come', () => {
    const starts = ['2026-11-22T09:00:00Z', '2026-11-22T21:30:00+11:00', '2026-11-22T10:00:00Z']
    fc.assert(
      fc.property(fc.shuffledSubarray(starts, { minLength: 3 }), (order) => {
        const reading = readLivestreams(
          envelope(...order.map((started_at) => livestream(1, { started_at }))),
          asked('1'),
        )
        expect(reading.ok && reading.value.get('1')?.startedAt).toEqual(new Date('2026-11-22T10:30:00Z'))
      }),
    )
  })

  it('never throws and never invents a user, whatever the body is', () => {
    const ids = asked('1', '2')
    const anyRow = fc.oneof(
      fc.anything(),
      fc.record({
        broadcaster_user: fc.anything(),
        started_at: fc.anything(),
        category: fc.anything(),
        channel: fc.anything(),
      }),
      fc.record({ broadcaster_user: fc.record({ id: fc.constantFrom(1, 2, 3, '1') }), started_at: fc.anything() }),
    )
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ data: fc.array(anyRow) })), (body) => {
        const reading = readLivestreams(body, ids)
        if (reading.ok) for (const id of reading.value.keys()) expect(ids).toContain(id)
      }),
    )
  })
})

describe('a channels answer', () => {
  it('becomes handle and description, and keeps nothing of the ingest credentials', () => {
    const reading = readChannels(
      envelope(channel(1), channel(2, { slug: 'Not A Slug', channel_description: '' })),
      asked('1', '2'),
    )
    expect(reading.ok && Object.fromEntries(reading.value)).toEqual({
      1: { platformUserId: '1', slug: 'channel-1', bio: 'about me' },
      2: { platformUserId: '2' },
    })
    expect(JSON.stringify(reading.ok && [...reading.value])).not.toMatch(/sk_live_secret|rtmps/)
  })

  it('tells active subscribers, of which none is a number', () => {
    const bodies = envelope(
      channel(1, { active_subscribers_count: 9 }),
      channel(2, { active_subscribers_count: 0 }),
      channel(3, { active_subscribers_count: null }),
    )
    const reading = readChannels(bodies, asked('1', '2', '3'))
    expect(reading.ok && [...reading.value.values()].map(({ subscriberCount }) => subscriberCount)).toEqual([
      9,
      0,
      undefined,
    ])
  })

  it('never tells a follower count', () => {
    const reading = readChannels(envelope(channel(1, { followers_count: 0, active_subscribers_count: 9 })), asked('1'))
    expect(reading.ok && reading.value.get('1')).not.toHaveProperty('followerCount')
  })

  it('finds the holder of a handle among its rows, and nobody else', () => {
    expect(readChannelBySlug(envelope(channel(7, { slug: 'Xqc' })), 'xqc')).toMatchObject({
      ok: true,
      value: { platformUserId: '7', slug: 'xqc' },
    })
    expect(readChannelBySlug(envelope(), 'xqc')).toEqual({ ok: true, value: null, items: 0 })
    expect(readChannelBySlug(envelope(channel(8, { slug: 'x-qc' })), 'x_qc')).toMatchObject({ ok: true, value: null })
    expect(readChannelBySlug(envelope(channel(0, { slug: 'xqc' })), 'xqc').ok).toBe(false)
    expect(readChannelBySlug({ data: null }, 'xqc').ok).toBe(false)
  })
})

describe('a users answer', () => {
  it('becomes display names and avatars', () => {
    const body = envelope(
      { user_id: 1, name: 'Some_Name', email: 'a@b.c', profile_picture: 'https://files.kick.com/a.webp' },
      { user_id: 2, name: '', profile_picture: 'javascript:alert(1)' },
    )
    const reading = readUsers(body, asked('1', '2'))
    expect(reading.ok && Object.fromEntries(reading.value)).toEqual({
      1: { platformUserId: '1', displayName: 'Some_Name', avatarUrl: 'https://files.kick.com/a.webp' },
      2: { platformUserId: '2' },
    })
  })
})

describe('readSlug', () => {
  it('lowers ASCII handles and refuses everything else', () => {
    expect(['xQc', 'a', 'a_b-c', 'A'.repeat(25)].map(readSlug)).toEqual(['xqc', 'a', 'a_b-c', 'a'.repeat(25)])
    for (const value of ['', 'a'.repeat(26), 'a b', 'a\n', 'é', '\u212aelvin', 'a/b', null, 5]) {
      expect(readSlug(value)).toBeUndefined()
    }
  })
})
