import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { type Answer, adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { tableRows } from '../support/stores/table-rows.ts'

const clear = statement('test_clear', 'TRUNCATE public.streamers, public.audit_log RESTART IDENTITY CASCADE')
const readClaims = statement(
  'test_claims',
  'SELECT streamer_id AS streamer, channel_id AS channel, verified FROM public.streamer_channel_link ORDER BY 1, 2',
)
const readActions = statement('test_actions', 'SELECT action, target, before, after FROM public.audit_log ORDER BY id')
const countDmAudit = statement('test_dm_actions', 'SELECT count(*)::integer AS count FROM dm.audit_log')

type Side = { name: string; dm: TestDatabase; environment: TestDatabase; api: TestApi; channels: bigint[] }
const sides: Side[] = []

beforeAll(async () => {
  const shared = await createTestDatabase()
  const [dm, environment] = [await createTestDatabase(), await createTestDatabase()]
  await environment.db.query(
    statement(
      'test_split',
      'ALTER TABLE public.streamer_channel_link DROP CONSTRAINT streamer_channel_link_channel_fkey',
    ),
  )
  for (const [name, channelSide, claimSide] of [
    ['one database', shared, shared],
    ['two databases', dm, environment],
  ] as const) {
    const { db } = channelSide
    const channels = [await seed(db).channel({ slug: 'one' }), await seed(db).channel({ slug: 'two' })]
    const api = await startTestApi({ db, services: { databases: { dm: db, public: claimSide.db } } })
    sides.push({ name, dm: channelSide, environment: claimSide, api, channels })
  }
})

afterAll(async () => {
  for (const { api } of sides) await api[Symbol.asyncDispose]()
  for (const database of new Set(sides.flatMap(({ dm, environment }) => [dm, environment])))
    await database[Symbol.asyncDispose]()
})

beforeEach(async () => {
  for (const { environment } of sides) await environment.db.query(clear)
})

const documents = {
  create: `mutation ($name: String!) { result: createStreamer(name: $name) {
    __typename ... on CreateStreamerSuccess { streamer { id name claims { verified } } } ... on InvalidInput { code message argument } } }`,
  delete: `mutation ($id: ID!) { result: deleteStreamer(id: $id) {
    __typename ... on DeleteStreamerSuccess { id } ... on NotFound { code message } } }`,
  claim: `mutation ($streamer: ID!, $channel: ID!) { result: claimChannel(streamer: $streamer, channel: $channel) {
    __typename ... on ClaimChannelSuccess { claim { verified claimedAt streamer { name } channel { slug } } } ... on NotFound { code message } } }`,
  verify: `mutation ($streamer: ID!, $channel: ID!) { result: verifyClaim(streamer: $streamer, channel: $channel) {
    __typename ... on VerifyClaimSuccess { claim { verified claimedAt streamer { name } channel { slug } } } ... on NotFound { code message }
    ... on AlreadyVerified { code message holder { id name } } } }`,
  release: `mutation ($streamer: ID!, $channel: ID!) { result: releaseClaim(streamer: $streamer, channel: $channel) {
    __typename ... on ReleaseClaimSuccess { streamer { name } channel { slug } } ... on NotFound { code message } } }`,
} as const

const on = (side: Side) => {
  const call = (kind: keyof typeof documents, variables: object, key = adminKey) =>
    side.api.ask(documents[kind], variables, key)
  const result = async (kind: keyof typeof documents, variables: object) => {
    const { data, errors } = await call(kind, variables)
    expect(errors).toBeUndefined()
    return data.result
  }
  const act =
    (kind: keyof typeof documents) =>
    (streamer: string, channel: bigint | string): Promise<Answer['data']> =>
      result(kind, { streamer, channel: String(channel) })
  return {
    call,
    create: async (name: string) => (await result('create', { name })).streamer.id as string,
    result,
    claim: act('claim'),
    verify: act('verify'),
    release: act('release'),
    claims: () => side.environment.db.query<{ streamer: number; channel: bigint; verified: boolean }>(readClaims),
    actions: () =>
      side.environment.db.query<{ action: string; target: string; before: unknown; after: unknown }>(readActions),
  }
}

const names = ['one database', 'two databases'] as const
const sideOf = (name: string): Side => sides.find((side) => side.name === name)!

describe.each(names)('in %s', (name) => {
  test('any number of streamers claim a channel, and repeating a claim changes nothing', async () => {
    const side = sideOf(name)
    const { create, claim, claims, actions } = on(side)
    const [one] = side.channels
    const streamers = [await create('Ada'), await create('Grace')]
    const first = await claim(streamers[0]!, one!)
    expect(first).toMatchObject({
      __typename: 'ClaimChannelSuccess',
      claim: { verified: false, streamer: { name: 'Ada' }, channel: { slug: 'one' } },
    })
    expect(await claim(streamers[0]!, globalId('Channel', one!))).toEqual(first)
    await claim(streamers[1]!, one!)
    expect(await claims()).toEqual([
      { streamer: 1, channel: one, verified: false },
      { streamer: 2, channel: one, verified: false },
    ])
    expect((await actions()).slice(2)).toEqual(
      [1, 2].map((streamerId) => ({
        action: 'claim.create',
        target: `channel:${one}`,
        before: null,
        after: { streamerId, verified: false },
      })),
    )
  })

  test('verifying is for one streamer, whose claim keeps its date; the next learns who it is', async () => {
    const side = sideOf(name)
    const { create, claim, verify, claims, actions } = on(side)
    const [one] = side.channels
    const [ada, grace] = [await create('Ada'), await create('Grace')]
    const { claim: claimed } = await claim(ada, one!)
    const verified = await verify(ada, one!)
    expect(verified).toEqual({ __typename: 'VerifyClaimSuccess', claim: { ...claimed, verified: true } })
    expect(await verify(ada, one!)).toEqual(verified)
    expect(await claim(ada, one!)).toMatchObject({ claim: { verified: true } })
    await claim(grace, one!)
    expect(await verify(grace, one!)).toEqual({
      __typename: 'AlreadyVerified',
      code: 'ALREADY_VERIFIED',
      message: 'Another streamer has the verified claim of this channel.',
      holder: { id: ada, name: 'Ada' },
    })
    expect(await claims()).toEqual([
      { streamer: 1, channel: one, verified: true },
      { streamer: 2, channel: one, verified: false },
    ])
    expect((await actions()).map(({ action }) => action)).toEqual([
      'streamer.create',
      'streamer.create',
      'claim.create',
      'claim.verify',
      'claim.create',
    ])
  })

  test('a claim is released, verified or not, and then the channel is free', async () => {
    const side = sideOf(name)
    const { create, verify, release, claims, actions } = on(side)
    const [one] = side.channels
    const [ada, grace] = [await create('Ada'), await create('Grace')]
    await verify(ada, one!)
    const released = { __typename: 'ReleaseClaimSuccess', streamer: { name: 'Ada' }, channel: { slug: 'one' } }
    expect(await release(ada, one!)).toEqual(released)
    expect(await release(ada, one!)).toEqual(released)
    expect(await claims()).toEqual([])
    expect(await verify(grace, one!)).toMatchObject({ __typename: 'VerifyClaimSuccess' })
    expect((await actions()).slice(3)).toEqual([
      {
        action: 'claim.release',
        target: `channel:${one}`,
        before: { streamerId: 1, verified: true },
        after: null,
      },
      {
        action: 'claim.verify',
        target: `channel:${one}`,
        before: null,
        after: { streamerId: 2, verified: true },
      },
    ])
  })

  test('of many who verify at once one succeeds, and all others learn who', async () => {
    const side = sideOf(name)
    const { create, verify, claims, actions } = on(side)
    const [, two] = side.channels
    const streamers = await Promise.all(Array.from({ length: 12 }, (_, i) => create(`Streamer ${i}`)))
    const results = await Promise.all(streamers.map((streamer) => verify(streamer, two!)))
    const winners = streamers.filter((_, i) => results[i].__typename === 'VerifyClaimSuccess')
    expect(winners).toHaveLength(1)
    for (const result of results.filter(({ __typename }) => __typename !== 'VerifyClaimSuccess'))
      expect(result).toMatchObject({ __typename: 'AlreadyVerified', holder: { id: winners[0] } })
    expect(await claims()).toHaveLength(1)
    expect((await actions()).filter(({ action }) => action === 'claim.verify')).toHaveLength(1)
  })

  test('the same claim made many times at once is one claim with one row in the audit log', async () => {
    const side = sideOf(name)
    const { create, claim, verify, release, claims, actions } = on(side)
    const [one] = side.channels
    const ada = await create('Ada')
    for (const [act, action] of [
      [claim, 'claim.create'],
      [verify, 'claim.verify'],
      [release, 'claim.release'],
    ] as const) {
      await Promise.all(Array.from({ length: 8 }, () => act(ada, one!)))
      expect((await actions()).filter((entry) => entry.action === action)).toHaveLength(1)
    }
    expect(await claims()).toEqual([])
  })

  test.each(['claim', 'verify', 'release'] as const)('%s is NotFound for ids that nothing has', async (kind) => {
    const side = sideOf(name)
    const { create, result, actions } = on(side)
    const ada = await create('Ada')
    const channel = String(side.channels[0])
    const noStreamer = { __typename: 'NotFound', code: 'NOT_FOUND', message: 'There is no streamer with this id.' }
    for (const id of [99n, 2_147_483_648n, 9_223_372_036_854_775_807n])
      expect(await result(kind, { streamer: globalId('Streamer', id), channel })).toEqual(noStreamer)
    const noChannel = { ...noStreamer, message: 'There is no channel with this id.' }
    for (const unknown of ['999999', '9223372036854775807', '01ARZ3NDEKTSV4RRFFQ69G5FAV', globalId('Channel', 99n)])
      expect(await result(kind, { streamer: ada, channel: unknown })).toEqual(noChannel)
    expect(await actions()).toHaveLength(1)
  })

  test.each(['claim', 'verify', 'release'] as const)('%s is BAD_USER_INPUT for what is no id', async (kind) => {
    const side = sideOf(name)
    const { create, call } = on(side)
    const ada = await create('Ada')
    const channel = String(side.channels[0])
    for (const streamer of ['1', 'nonsense', '', globalId('Channel', 1n), globalId('Streamer', 0n)])
      expect((await call(kind, { streamer, channel })).errors).toMatchObject([
        { message: 'streamer must be the id of a Streamer.', extensions: { code: 'BAD_USER_INPUT' } },
      ])
    for (const wrong of ['-1', '0', '1e3', '9223372036854775808', ada])
      expect((await call(kind, { streamer: ada, channel: wrong })).errors).toMatchObject([
        {
          message: expect.stringMatching(/^channel must be the id of a channel: /),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ])
  })

  test('after any claims, releases and deletions at once a channel has at most one verified claim, and the audit log tells it', async () => {
    const side = sideOf(name)
    const { create, claim, verify, release, result, claims, actions } = on(side)
    const acts = { claim, verify, release }
    const step = fc.record({
      act: fc.constantFrom('claim', 'verify', 'verify', 'release', 'delete' as const),
      streamer: fc.nat(3),
      channel: fc.nat(1),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        await side.environment.db.query(clear)
        const streamers = await Promise.all(['a', 'b', 'c', 'd'].map(create))
        for (const round of rounds)
          await Promise.all(
            round.map(({ act, streamer, channel }) =>
              act === 'delete'
                ? result('delete', { id: streamers[streamer]! })
                : acts[act](streamers[streamer]!, side.channels[channel]!),
            ),
          )
        const stored = await claims()
        const verified = stored.filter((one) => one.verified).map(({ channel }) => channel)
        expect(new Set(verified).size).toBe(verified.length)
        const told = new Map<string, boolean>()
        for (const { action, target, before, after } of (await actions()) as Answer['data'][]) {
          if (action === 'streamer.delete')
            for (const { channelId } of before.claims) told.delete(`${target.slice('streamer:'.length)} ${channelId}`)
          else if (action.startsWith('claim.')) {
            const key = `${(before ?? after).streamerId} ${target.slice('channel:'.length)}`
            expect(told.get(key)).toBe(before?.verified)
            if (after) told.set(key, after.verified)
            else told.delete(key)
          }
        }
        expect(Object.fromEntries(told)).toEqual(
          Object.fromEntries(stored.map((one) => [`${one.streamer} ${one.channel}`, one.verified])),
        )
      }),
      { numRuns: 15 },
    )
  })
})

describe('createStreamer', () => {
  test('stores the trimmed name, and the same name again for another streamer', async () => {
    const { result, actions } = on(sides[0]!)
    const first = await result('create', { name: '  Ada Lovelace \u00a0' })
    expect(first).toEqual({
      __typename: 'CreateStreamerSuccess',
      streamer: { id: globalId('Streamer', 1n), name: 'Ada Lovelace', claims: [] },
    })
    expect((await result('create', { name: 'Ada Lovelace' })).streamer.id).toBe(globalId('Streamer', 2n))
    expect((await actions())[0]).toEqual({
      action: 'streamer.create',
      target: 'streamer:1',
      before: null,
      after: { name: 'Ada Lovelace' },
    })
  })

  test.each(['x', 'ひ'.repeat(100), '👩‍💻', "O'Brien; DROP TABLE", 'a\u0301', '100%_\\'])(
    'takes %o as it is',
    async (name) => {
      expect((await on(sides[0]!).result('create', { name })).streamer.name).toBe(name)
    },
  )

  test.each([
    '',
    '  \t ',
    'x'.repeat(101),
    '😀'.repeat(101),
    'a\0b',
    'a\nb',
    'a\u0085b',
    'a\u2028b',
    '\ud83d',
    '\u200b',
  ])('%o is InvalidInput that names the argument', async (name) => {
    const { result, actions } = on(sides[0]!)
    expect(await result('create', { name })).toEqual({
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      message: 'name must be 1 to 100 characters, without control characters.',
      argument: 'name',
    })
    expect(await actions()).toEqual([])
  })
})

describe('deleteStreamer', () => {
  test('removes the streamer and their claims, and leaves every row of dm and every score as it was', async () => {
    const side = sides[0]!
    const { create, claim, verify, result, claims, actions } = on(side)
    const { db } = side.dm
    const [one, two] = side.channels
    await seed(db).session(one!, new Date('2026-01-01T00:00:00Z'))
    await db.query(
      statement(
        'test_score',
        `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm) VALUES ($1, 0.5, 'test') ON CONFLICT DO NOTHING`,
      ),
      [one],
    )
    const [ada, grace] = [await create('Ada'), await create('Grace')]
    await verify(ada, one!)
    await claim(ada, two!)
    await claim(grace, one!)
    const before = { dm: await tableRows(db, 'dm'), environment: await tableRows(db, 'public') }
    const auditBefore = await db.query(countDmAudit)
    expect(Object.keys(before.dm).length).toBeGreaterThan(12)
    expect(before.environment.streamer_trust_scores).toHaveLength(1)

    expect(await result('delete', { id: ada })).toEqual({ __typename: 'DeleteStreamerSuccess', id: ada })
    expect(await tableRows(db, 'dm')).toEqual(before.dm)
    expect(await db.query(countDmAudit)).toEqual(auditBefore)
    const { streamers, streamer_channel_link, ...others } = await tableRows(db, 'public')
    expect(streamers).toEqual(before.environment.streamers!.slice(1))
    expect(streamer_channel_link).toHaveLength(1)
    expect(others).toMatchObject({ streamer_trust_scores: before.environment.streamer_trust_scores })
    expect(await claims()).toEqual([{ streamer: 2, channel: one, verified: false }])
    expect((await actions()).at(-1)).toEqual({
      action: 'streamer.delete',
      target: 'streamer:1',
      before: {
        name: 'Ada',
        createdAt: expect.any(String),
        claimCount: 2,
        claims: [
          { channelId: String(one), verified: true },
          { channelId: String(two), verified: false },
        ],
      },
      after: null,
    })
    expect(await verify(grace, one!)).toMatchObject({ __typename: 'VerifyClaimSuccess' })
  })

  test('a second time is NotFound and changes nothing', async () => {
    const { create, result, actions } = on(sides[1]!)
    const id = await create('Ada')
    expect(
      (await Promise.all([1, 2, 3].map(() => result('delete', { id })))).map((one) => one.__typename).sort(),
    ).toEqual(['DeleteStreamerSuccess', 'NotFound', 'NotFound'])
    expect(await result('delete', { id: globalId('Streamer', 9_223_372_036_854_775_807n) })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await actions()).toHaveLength(2)
  })
})

test.each([
  ['create', undefined],
  ['claim', undefined],
  ['verify', undefined],
  ['release', undefined],
  ['delete', undefined],
  ['delete', operatorKey],
] as const)('%s is FORBIDDEN without the role it needs, and does nothing', async (kind, key) => {
  const side = sides[0]!
  const { create, call, actions } = on(side)
  const id = await create('Ada')
  const { data, errors } = await side.api.ask(
    documents[kind],
    { id, name: 'x', streamer: id, channel: String(side.channels[0]) },
    key,
  )
  expect(data ?? null).toBeNull()
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  expect(await actions()).toHaveLength(1)
  expect((await call('create', { name: 'Grace' }, operatorKey)).errors).toBeUndefined()
})
