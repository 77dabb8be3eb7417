import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { statement } from '../../src/stores/postgres/statement.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { type HandleAnswer, handleCall, handlePlatform, knownHandle } from '../support/platforms/handle-platform.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
let api: TestApi
let asked: string[] = []
let answer: (slug: string) => HandleAnswer

/** A platform that answers what the test says. */
const platform = handlePlatform((slug) => {
  asked.push(slug)
  return answer(slug)
})

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db, platforms: [platform] })
})

beforeEach(() => {
  asked = []
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const track = async (slug: string, args = '') => {
  const { data, errors } = await api.ask(
    `mutation ($slug: String!) { trackChannel(slug: $slug ${args}) {
      __typename ... on TrackChannelSuccess { created channel { slug displayName platformUserId slugHistory { slug } monitoring { active nextProbeAt } } }
      ... on Problem { code message } ... on InvalidInput { argument } ... on PlatformUnavailable { retryAfterSeconds } } }`,
    { slug },
    operatorKey,
  )
  expect(errors).toBeUndefined()
  return data.trackChannel
}

describe('trackChannel', () => {
  test('stores who holds the handle and has it probed at once; repeating it changes nothing', async () => {
    answer = () => knownHandle({ platformUserId: '77', slug: 'newcomer', displayName: 'Newcomer' })
    const first = await track(' NewComer ')
    expect(asked).toEqual(['newcomer'])
    expect(first).toMatchObject({
      __typename: 'TrackChannelSuccess',
      created: true,
      channel: {
        slug: 'newcomer',
        displayName: 'Newcomer',
        platformUserId: '77',
        slugHistory: [{ slug: 'newcomer' }],
        monitoring: { active: true },
      },
    })
    expect(Date.parse(first.channel.monitoring.nextProbeAt)).toBeLessThanOrEqual(Date.now())
    expect(await track('newcomer')).toMatchObject({ created: false, channel: { slugHistory: [{ slug: 'newcomer' }] } })
    expect(await database.db.query(statement('count', 'SELECT count(*) FROM dm.streamer_channel'))).toEqual([
      { count: 1n },
    ])
  })

  test('takes the handle asked for where the platform does not repeat it', async () => {
    answer = () => knownHandle({ platformUserId: '78' })
    expect(await track('silent')).toMatchObject({ created: true, channel: { slug: 'silent' } })
  })

  test.each(['', '../../etc', 'x'.repeat(26), 'a b', 'foo%00'])(
    '%o is InvalidInput, and nobody is asked',
    async (slug) => {
      expect(await track(slug)).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT', argument: 'slug' })
      expect(asked).toEqual([])
    },
  )

  test('a handle that the platform does not know is NotOnPlatform', async () => {
    answer = () => knownHandle(null)
    expect(await track('nobody')).toMatchObject({
      __typename: 'NotOnPlatform',
      message: 'kick knows no channel "nobody".',
    })
  })

  test('a platform that gives no answer is PlatformUnavailable, and says when to come back', async () => {
    answer = () => ({
      ok: false,
      failure: { kind: 'rate-limited', status: 429, message: 'secret detail', retryAfterMs: 1_500 },
      call: handleCall,
    })
    expect(await track('later')).toEqual({
      __typename: 'PlatformUnavailable',
      code: 'PLATFORM_UNAVAILABLE',
      message: 'kick does not answer now (rate-limited).',
      retryAfterSeconds: 2,
    })
  })

  test('a platform that is not set up is PlatformUnavailable', async () => {
    expect(await track('someone', ', platform: TWITCH')).toMatchObject({
      __typename: 'PlatformUnavailable',
      retryAfterSeconds: null,
    })
  })
})

describe('setMonitoring', () => {
  const set = async (channel: string, active: boolean) => {
    const { data, errors } = await api.ask(
      `mutation ($channel: ID!, $active: Boolean!) { setMonitoring(channel: $channel, active: $active) {
        __typename ... on SetMonitoringSuccess { channel { monitoring { active nextProbeAt } } } ... on NotFound { code message } } }`,
      { channel, active },
      operatorKey,
    )
    return data?.setMonitoring ?? errors?.[0]
  }

  test('switches the watching off and on, by any id of the channel', async () => {
    const { data } = await api.ask('{ channel(slug: "newcomer") { id channelId externalId } }')
    expect(await set(data.channel.id, false)).toMatchObject({
      channel: { monitoring: { active: false, nextProbeAt: null } },
    })
    expect(await set(data.channel.externalId, true)).toMatchObject({ channel: { monitoring: { active: true } } })
    expect(await set(data.channel.channelId, true)).toMatchObject({ channel: { monitoring: { active: true } } })
  })

  test('an unknown channel is NotFound, and what is no id BAD_USER_INPUT', async () => {
    expect(await set('999999', true)).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' })
    expect(await set('01ARZ3NDEKTSV4RRFFQ69G5FAV', true)).toMatchObject({ __typename: 'NotFound' })
    expect(await set('nonsense', true)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })
})

test('neither is done for a caller without a key', async () => {
  answer = () => knownHandle({ platformUserId: '79', slug: 'forbidden' })
  for (const mutation of ['trackChannel(slug: "forbidden")', 'setMonitoring(channel: "1", active: false)']) {
    const { data, errors } = await api.ask(`mutation { ${mutation} { __typename } }`)
    expect(data).toBeNull()
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  }
  expect(asked).toEqual([])
})
