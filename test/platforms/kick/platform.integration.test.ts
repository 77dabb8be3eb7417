import { describe, expect, it } from 'vitest'
import { startKickAgainst, tokenReply } from '../../support/platforms/kick-against.ts'
import { type Reply, startScriptedHttp } from '../../support/platforms/scripted-http.ts'

const envelope = (...data: unknown[]): Reply => ({ json: { data, message: 'OK' } })
const live = (id: number) => ({ broadcaster_user: { id, username: `User${id}` }, started_at: '2026-11-22T10:00:00Z' })
const ids = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1))

describe('fetchLive', () => {
  it('asks for a hundred users in one call, each once, and gives who is live', async () => {
    await using setup = await startKickAgainst({ api: () => envelope(live(7), live(3)) })
    const result = await setup.kick.fetchLive(ids(100))
    expect(result.ok && [...result.value.keys()]).toEqual(['7', '3'])
    const [request] = setup.apiCalls()
    expect(setup.apiCalls()).toHaveLength(1)
    expect(request).toMatchObject({ method: 'GET', path: '/public/v1/users/livestreams' })
    expect(request!.query.getAll('user_id')).toEqual(ids(100))
    expect(request!.headers.authorization).toBe('Bearer token-1')
    expect(request!.headers['user-agent']).toMatch(/Channelscope/)
  })

  it('audits the call without its query, and the token call beside it', async () => {
    await using setup = await startKickAgainst({ api: () => envelope(live(7), { broadcaster_user: {} }) })
    const result = await setup.kick.fetchLive(['7', '7'])
    const requestedAt = new Date('2026-11-22T12:00:00Z')
    const common = { platform: 'kick', requestedAt, durationMs: 0, status: 200 }
    expect(result).toMatchObject({
      observedAt: requestedAt,
      call: {
        ...common,
        endpoint: '/public/v1/users/livestreams',
        items: 2,
        error: '1 items without a user id were left out',
      },
      otherCalls: [{ ...common, endpoint: '/oauth/token', items: 0, error: null }],
    })
    const second = await setup.kick.fetchLive(['7'])
    expect(second.otherCalls).toBeUndefined()
    expect(setup.apiCalls()[0]!.query.getAll('user_id')).toEqual(['7'])
  })

  it.each([
    ['0001-01-01T00:00:00Z', 'its item is unusable'],
    ['1999-12-31T23:59:59Z', 'startedAt lies before 2000'],
    ['9999-01-01T00:00:00Z', 'startedAt lies in the future'],
    ['2026-11-22T12:05:01Z', 'startedAt lies in the future'],
  ])('says nothing about a user who is live since %s: %s', async (started_at, reason) => {
    const api = () => envelope(live(7), { ...live(8), started_at })
    await using setup = await startKickAgainst({ api })
    const result = await setup.kick.fetchLive(['7', '8', '9'])
    expect(result).toMatchObject({
      ok: true,
      unclear: new Map([['8', reason]]),
      call: { items: 2, error: `nothing is known of 1 users, such as 8: ${reason}` },
    })
    expect(result.ok && [...result.value.keys()]).toEqual(['7'])
  })

  it('keeps a start that the clock of the platform puts a little ahead', async () => {
    await using setup = await startKickAgainst({
      api: () => envelope({ ...live(7), started_at: '2026-11-22T12:05:00Z' }),
    })
    const result = await setup.kick.fetchLive(['7'])
    expect(result.ok && result.value.get('7')?.startedAt).toEqual(new Date('2026-11-22T12:05:00Z'))
  })

  it('answers an empty list without a request', async () => {
    await using setup = await startKickAgainst({ api: () => envelope() })
    expect(await setup.kick.fetchLive([])).toMatchObject({ ok: true, value: new Map(), call: { status: null } })
    expect(setup.server.seen).toHaveLength(0)
  })

  it('throws for a list that can not be asked for', async () => {
    await using setup = await startKickAgainst({ api: () => envelope() })
    await expect(setup.kick.fetchLive(ids(101))).rejects.toThrow(RangeError)
    for (const id of ['0', 'abc', '-1', '1&slug=x', ''])
      await expect(setup.kick.fetchLive([id])).rejects.toThrow(RangeError)
    expect(setup.server.seen).toHaveLength(0)
  })

  it('reads ids of 64 bits without losing a digit', async () => {
    const id = '9223372036854775807'
    const text = `{"data":[{"broadcaster_user":{"id":${id}},"started_at":"2026-11-22T10:00:00Z"}],"message":"OK"}`
    await using setup = await startKickAgainst({ api: () => ({ text }) })
    const result = await setup.kick.fetchLive([id])
    expect(result.ok && [...result.value.keys()]).toEqual([id])
  })

  it('works with hosts below a path', async () => {
    await using server = await startScriptedHttp(({ path }) =>
      path === '/id/oauth/token' ? tokenReply('t') : envelope(),
    )
    await using setup = await startKickAgainst(
      { api: () => envelope() },
      { apiUrl: `${server.url}/api/`, idUrl: `${server.url}/id` },
    )
    const result = await setup.kick.fetchLive(['1'])
    expect(server.seen.map(({ path }) => path)).toEqual(['/id/oauth/token', '/api/public/v1/users/livestreams'])
    expect(result.call.endpoint).toBe('/public/v1/users/livestreams')
  })
})

describe('resolveHandle', () => {
  it('asks for one handle in lower case and gives its holder', async () => {
    const api = () => envelope({ broadcaster_user_id: 7, slug: 'xqc', channel_description: '' })
    await using setup = await startKickAgainst({ api })
    expect(await setup.kick.resolveHandle('xQc')).toMatchObject({
      ok: true,
      value: { platformUserId: '7', slug: 'xqc' },
    })
    expect(setup.apiCalls()[0]!.query.toString()).toBe('slug=xqc')
  })

  it.each([
    ['a missing row', envelope()],
    ['400 Invalid request', { status: 400, json: { data: null, message: 'Invalid request' } }],
  ])('takes %s for an unknown handle', async (_name, reply) => {
    await using setup = await startKickAgainst({ api: () => reply })
    expect(await setup.kick.resolveHandle('nobody')).toMatchObject({ ok: true, value: null, call: { error: null } })
  })

  it.each([
    { status: 400, json: { data: null, message: 'Bad request' } },
    { status: 400, text: '<html>400 Bad Request</html>' },
    { status: 404, json: { data: null, message: 'Not Found' } },
    { status: 500, json: { data: null, message: 'Invalid request' } },
  ])('does not take any other error for an unknown handle: %j', async (reply) => {
    await using setup = await startKickAgainst({ api: () => reply })
    expect(await setup.kick.resolveHandle('nobody')).toMatchObject({ ok: false, failure: { status: reply.status } })
  })

  it('knows without a request that nobody holds an impossible handle', async () => {
    await using setup = await startKickAgainst({ api: () => envelope() })
    for (const handle of ['', 'a b', 'x'.repeat(26), 'a&slug=b', 'é']) {
      expect(await setup.kick.resolveHandle(handle)).toMatchObject({ ok: true, value: null, call: { status: null } })
    }
    expect(setup.server.seen).toHaveLength(0)
  })
})

describe('fetchProfiles', () => {
  const channel = (id: number) => ({ broadcaster_user_id: id, slug: `slug-${id}`, channel_description: 'bio' })
  const user = (id: number) => ({ user_id: id, name: `User${id}`, profile_picture: 'https://files.kick.com/a.webp' })

  it('joins handle and description with name and avatar, for the users that Kick shows', async () => {
    await using setup = await startKickAgainst({
      api: ({ path }) =>
        path === '/public/v1/channels' ? envelope(channel(1), channel(2)) : envelope(user(2), user(1)),
    })
    const result = await setup.kick.fetchProfiles(['1', '2', '3'])
    expect(result.ok && Object.fromEntries(result.value)).toEqual({
      1: {
        platformUserId: '1',
        slug: 'slug-1',
        bio: 'bio',
        displayName: 'User1',
        avatarUrl: 'https://files.kick.com/a.webp',
      },
      2: {
        platformUserId: '2',
        slug: 'slug-2',
        bio: 'bio',
        displayName: 'User2',
        avatarUrl: 'https://files.kick.com/a.webp',
      },
    })
    expect(setup.apiCalls().map(({ path, query }) => `${path}?${query}`)).toEqual([
      '/public/v1/channels?broadcaster_user_id=1&broadcaster_user_id=2&broadcaster_user_id=3',
      '/public/v1/users?id=1&id=2',
    ])
    expect(result.call.endpoint).toBe('/public/v1/channels')
    expect(result.otherCalls?.map(({ endpoint }) => endpoint)).toEqual(['/oauth/token', '/public/v1/users'])
  })

  it('leaves names and avatars unknown when only their part fails', async () => {
    await using setup = await startKickAgainst({
      api: ({ path }) => (path === '/public/v1/channels' ? envelope(channel(1)) : { status: 500, text: 'oops' }),
    })
    const result = await setup.kick.fetchProfiles(['1'])
    expect(result.ok && result.value.get('1')).toEqual({ platformUserId: '1', slug: 'slug-1', bio: 'bio' })
    expect(result.otherCalls?.at(-1)).toMatchObject({
      endpoint: '/public/v1/users',
      status: 500,
      error: 'answered 500',
    })
  })

  it('fails as a whole when the channels fail, and asks for no users then', async () => {
    await using setup = await startKickAgainst({ api: () => ({ status: 500, text: 'oops' }) })
    expect(await setup.kick.fetchProfiles(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable', status: 500 },
    })
    expect(setup.apiCalls()).toHaveLength(1)
  })

  it('takes 25 users at most', async () => {
    await using setup = await startKickAgainst({ api: () => envelope() })
    expect(setup.kick.profileBatchSize).toBe(25)
    await expect(setup.kick.fetchProfiles(ids(26))).rejects.toThrow(RangeError)
    expect(await setup.kick.fetchProfiles(ids(25))).toMatchObject({ ok: true, value: new Map() })
  })
})

it('the adapter claims no follower totals', async () => {
  await using setup = await startKickAgainst({ api: () => envelope() })
  expect([...setup.kick.capabilities].sort()).toEqual([
    'event-subscriptions',
    'live-status',
    'profiles',
    'resolve-handle',
    'viewer-count',
  ])
})
