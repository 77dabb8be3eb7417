import { createPublicKey } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KickFixture, startKickFixture } from '../support/platforms/kick-fixture.ts'

const ids = (name: string, count: number, first = 1): string =>
  Array.from({ length: count }, (_, n) => `${name}=${first + n}`).join('&')

let kick: KickFixture

beforeEach(async () => {
  kick = await startKickFixture()
})
afterEach(() => kick[Symbol.asyncDispose]())

describe('GET /public/v1/users/livestreams', () => {
  const path = '/public/v1/users/livestreams'

  it('answers a live channel in the documented shape', async () => {
    kick.world.add({ id: 7, slug: 'nova', username: 'Nova', avatar: 'data:,a', banner: 'data:,b' })
    const { id } = kick.world.goLive(7, {
      title: '☕ "day" 1',
      language: 'pt',
      tags: ['chill'],
      viewers: 42,
      isMature: true,
    })
    const { status, body } = await kick.get(`${path}?user_id=7`)
    expect(status).toBe(200)
    expect(body).toEqual({
      data: [
        {
          id,
          broadcaster_user: { id: 7, username: 'Nova', profile_picture: 'data:,a' },
          channel: { slug: 'nova' },
          category: { id: 15, name: 'Just Chatting', thumbnail: '' },
          title: '☕ "day" 1',
          language_code: 'pt',
          tags: ['chill'],
          has_mature_content: true,
          started_at: '2026-01-01T00:00:00Z',
          thumbnail: 'data:,b',
          viewer_count: 42,
        },
      ],
      message: 'OK',
    })
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('leaves out who is unknown, offline or banned and answers a repeated id once', async () => {
    for (const id of [1, 2, 3]) kick.world.add({ id, slug: `c${id}` })
    kick.world.goLive(1)
    kick.world.goLive(2)
    kick.world.ban(2)
    const { body } = await kick.get(
      `${path}?user_id=1&user_id=2&user_id=3&user_id=4&user_id=1&user_id=9223372036854775807`,
    )
    expect(body.data.map((item: { broadcaster_user: { id: number } }) => item.broadcaster_user.id)).toEqual([1])
  })

  it('shows changes at once: rename, new viewers, end', async () => {
    kick.world.add({ id: 1, slug: 'a' })
    kick.world.goLive(1, { viewers: 5 })
    const item = async () => (await kick.get(`${path}?user_id=1`)).body.data[0]
    expect(await item()).toMatchObject({ channel: { slug: 'a' }, viewer_count: 5 })
    kick.world.rename(1, 'b')
    kick.world.setViewers(1, 6)
    expect(await item()).toMatchObject({ channel: { slug: 'b' }, viewer_count: 6 })
    kick.world.hideViewers(1)
    expect(await item()).toMatchObject({ viewer_count: 0 })
    kick.world.end(1)
    expect(await item()).toBeUndefined()
  })

  it('follows the clock when the platform lags', async () => {
    kick.world.lag = true
    kick.world.add({ id: 1, slug: 'a' })
    kick.world.goLive(1)
    const live = async () => (await kick.get(`${path}?user_id=1`)).body.data.length
    kick.advance(20_000)
    expect(await live()).toBe(1)
    kick.world.end(1)
    kick.advance(2_900)
    expect(await live()).toBe(1)
    kick.advance(17_100)
    expect(await live()).toBe(0)
  })

  it('takes 100 ids and refuses none, 101 and anything but a positive integer', async () => {
    expect((await kick.get(`${path}?${ids('user_id', 100)}`)).status).toBe(200)
    for (const query of [
      '',
      `?${ids('user_id', 101)}`,
      ...['', '0', '-1', '1.5', 'abc', '1,2', '007'].map((v) => `?user_id=${v}`),
    ]) {
      const { status, body } = await kick.get(`${path}${query}`)
      expect([query, status]).toEqual([query, 400])
      expect(body).toEqual({ data: expect.any(String), message: 'Invalid request' })
    }
  })
})

describe('GET /public/v1/channels', () => {
  const path = '/public/v1/channels'

  it('answers by id and by slug in the documented shape', async () => {
    const subscribers = { active: 9, gifted: 2, canceled: 1 }
    kick.world.add({ id: 7, slug: 'nova_x', description: 'hi', banner: 'data:,b', subscribers })
    kick.world.goLive(7, { title: 'T', viewers: 42 })
    const expected = {
      broadcaster_user_id: 7,
      slug: 'nova_x',
      channel_description: 'hi',
      banner_picture: 'data:,b',
      stream_title: 'T',
      category: { id: 15, name: 'Just Chatting', thumbnail: '' },
      active_subscribers_count: 9,
      active_gifted_subscribers_count: 2,
      canceled_subscribers_count: 1,
      stream: {
        is_live: true,
        is_mature: false,
        language: 'en',
        start_time: '2026-01-01T00:00:00Z',
        viewer_count: 42,
        thumbnail: 'data:,b',
        custom_tags: [],
        url: '',
        key: '',
      },
    }
    expect((await kick.get(`${path}?broadcaster_user_id=7`)).body).toEqual({ data: [expected], message: 'OK' })
    expect((await kick.get(`${path}?slug=nova_x`)).body).toEqual({ data: [expected], message: 'OK' })
  })

  it('answers an offline channel with zero values', async () => {
    kick.world.add({ id: 7, slug: 'nova' })
    kick.world.goLive(7)
    kick.world.end(7)
    const [row] = (await kick.get(`${path}?slug=nova`)).body.data
    expect(row).toMatchObject({ stream_title: '', category: { id: 0, name: '', thumbnail: '' } })
    expect(row.stream).toMatchObject({
      is_live: false,
      start_time: '0001-01-01T00:00:00Z',
      viewer_count: 0,
      language: '',
    })
  })

  it('leaves out unknown and banned channels and the old slug of a renamed one', async () => {
    kick.world.add({ id: 1, slug: 'old' })
    kick.world.add({ id: 2, slug: 'gone' })
    kick.world.rename(1, 'new')
    kick.world.ban(2)
    const slugs = async (query: string) =>
      (await kick.get(`${path}?${query}`)).body.data.map((row: { slug: string }) => row.slug)
    expect(await slugs('slug=old')).toEqual([])
    expect(await slugs('slug=new&slug=gone&slug=nobody&slug=new')).toEqual(['new'])
    expect(await slugs('broadcaster_user_id=1&broadcaster_user_id=2&broadcaster_user_id=3')).toEqual(['new'])
  })

  it('takes 50 ids or 50 slugs of 25 characters and refuses more, both at once, and neither', async () => {
    const long = 'a'.repeat(25)
    expect((await kick.get(`${path}?${ids('broadcaster_user_id', 50)}`)).status).toBe(200)
    expect((await kick.get(`${path}?${ids('slug', 49)}&slug=${long}`)).status).toBe(200)
    for (const query of [
      '',
      `?${ids('broadcaster_user_id', 51)}`,
      `?${ids('slug', 51)}`,
      `?slug=${long}a`,
      '?slug=a&broadcaster_user_id=1',
      '?broadcaster_user_id=abc',
    ]) {
      const { status, body } = await kick.get(`${path}${query}`)
      expect([query, status, body.message]).toEqual([query, 400, 'Invalid request'])
    }
  })
})

describe('GET /public/v1/users', () => {
  it('answers name and picture of known users, 50 at most', async () => {
    kick.world.add({ id: 7, slug: 'nova', username: 'Nova', avatar: 'data:,a' })
    expect((await kick.get('/public/v1/users?id=7&id=8')).body).toEqual({
      data: [{ user_id: 7, name: 'Nova', email: '', profile_picture: 'data:,a' }],
      message: 'OK',
    })
    expect((await kick.get(`/public/v1/users?${ids('id', 50)}`)).status).toBe(200)
    expect((await kick.get(`/public/v1/users?${ids('id', 51)}`)).status).toBe(400)
    expect((await kick.get('/public/v1/users')).status).toBe(400)
  })
})

describe('GET livestream directories', () => {
  beforeEach(() => {
    for (let id = 1; id <= 30; id++) {
      kick.world.add({ id, slug: `c${id}` })
      kick.world.goLive(id, {
        startedAt: kick.now() - id * 1000,
        viewers: id,
        language: id % 2 ? 'en' : 'es',
        category: { id: id % 3 ? 15 : 22, name: 'x' },
      })
    }
  })

  it('v2 walks all live channels from the oldest to the newest broadcast', async () => {
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await kick.get(`/public/v2/livestreams?limit=7&cursor=${cursor}`)
      seen.push(...body.data.map((item: { broadcaster_user: { id: number } }) => item.broadcaster_user.id))
      cursor = body.pagination.next_cursor
    } while (cursor)
    expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => 30 - n))
  })

  it('v2 filters by category and language and refuses arguments outside their limits', async () => {
    const { body } = await kick.get('/public/v2/livestreams?category_id=22&language_code=es')
    expect(body.data.length).toBe(5)
    for (const query of [
      'limit=0',
      'limit=1001',
      'limit=x',
      'cursor=garbage',
      ids('category_id', 26),
      ids('language_code', 26),
    ]) {
      expect([query, (await kick.get(`/public/v2/livestreams?${query}`)).status]).toEqual([query, 400])
    }
  })

  it('v1 answers the deprecated shape, filtered and sorted, 25 rows unless told', async () => {
    const { body } = await kick.get('/public/v1/livestreams?sort=viewer_count')
    expect(body.data.length).toBe(25)
    expect(Object.keys(body.data[0]).sort()).toEqual(
      'broadcaster_user_id category channel_id custom_tags has_mature_content language profile_picture slug started_at stream_title thumbnail viewer_count'.split(
        ' ',
      ),
    )
    expect(body.data[0]).toMatchObject({ broadcaster_user_id: 30, slug: 'c30', viewer_count: 30 })
    const one = await kick.get('/public/v1/livestreams?broadcaster_user_id=4&broadcaster_user_id=99')
    expect(one.body.data.map((row: { slug: string }) => row.slug)).toEqual(['c4'])
    for (const query of [ids('broadcaster_user_id', 51), 'limit=101', 'sort=name']) {
      expect([query, (await kick.get(`/public/v1/livestreams?${query}`)).status]).toEqual([query, 400])
    }
  })

  it('counts live channels', async () => {
    kick.world.ban(3)
    kick.world.end(4)
    expect((await kick.get('/public/v1/livestreams/stats')).body).toEqual({ data: { total_count: 28 }, message: 'OK' })
  })
})

describe('every path', () => {
  it('answers 401 without a valid token, also where there is nothing', async () => {
    for (const path of ['/', '/public/v1/users', '/public/v9/nothing', '/oauth/nothing']) {
      for (const authorization of ['', 'Bearer ', 'Bearer wrong', 'Basic abc']) {
        const response = await fetch(`${kick.server.url}${path}`, { headers: { authorization } })
        expect([path, authorization, response.status]).toEqual([path, authorization, 401])
        expect(await response.json()).toEqual({ data: null, message: 'Unauthorized' })
      }
    }
  })

  it('answers 404 with a token where there is nothing', async () => {
    expect(await kick.get('/public/v9/nothing')).toMatchObject({
      status: 404,
      body: { data: null, message: 'Not Found' },
    })
    expect((await kick.get('/constructor')).status).toBe(404)
  })

  it('shows the public key of its RSA pair without a token, the same each time', async () => {
    const key = async () =>
      (await (await fetch(`${kick.server.url}/public/v1/public-key`)).json()) as { data: { public_key: string } }
    const pem = (await key()).data.public_key
    expect(createPublicKey(pem).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
    expect((await key()).data.public_key).toBe(pem)
  })

  it('counts and logs what was asked', async () => {
    kick.server.requests.clear()
    await kick.get('/public/v1/users?id=1')
    await kick.get('/public/v1/users')
    await kick.get('/nothing?x=1')
    const { requests } = kick.server
    expect(requests.total).toBe(3)
    expect(requests.count('GET /public/v1/users')).toBe(2)
    expect(requests.count('GET /nothing')).toBe(0)
    expect(requests.entries.map(({ path, query, status }) => [path, query, status])).toEqual([
      ['/public/v1/users', 'id=1', 200],
      ['/public/v1/users', '', 400],
      ['/nothing', 'x=1', 404],
    ])
    for (let n = 0; n < 510; n++) await kick.get('/nothing')
    expect(requests.entries.length).toBe(500)
  })
})
