import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyClaim } from '../../src/claims/verify-claim.ts'
import { globalId } from '../../src/resolvers/global-id.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi
let channels: bigint[]

const author = { identity: { role: 'OPERATOR', name: null, subject: 'test' }, requestId: 'test' }
const addStreamers = statement('test_add_streamers', 'INSERT INTO public.streamers (name) SELECT unnest($1::text[])')
const addClaim = statement(
  'test_add_claim',
  'INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES ($1, $2)',
)
const release = statement('test_release', 'DELETE FROM public.streamer_channel_link WHERE channel_id = $1')

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  channels = [await seed(db).channel({ slug: 'one' }), await seed(db).channel({ slug: 'two' })]
  channels.push(await seed(db).channel({ slug: 'three' }))
  await db.query(addStreamers, [['Ada Lovelace', 'Grace Hopper', '100%_a', 'Alan Turing', 'ADA again']])
  await db.query(addClaim, [2, channels[0]])
  await db.query(addClaim, [1, channels[0]])
  await verifyClaim(db, author, { streamerId: 1, channelId: channels[0]! })
  await verifyClaim(db, author, { streamerId: 1, channelId: channels[1]! })
  api = await startTestApi({ db })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const ask = async (query: string, variables = {}) => {
  const { data, errors } = await api.ask(query, variables, operatorKey)
  expect(errors).toBeUndefined()
  return data
}
const names = async (args: string) =>
  (await ask(`{ streamers(${args}) { nodes { name } } }`)).streamers.nodes.map((node: { name: string }) => node.name)

describe('streamers', () => {
  test('are paged newest first', async () => {
    const first = await ask('{ streamers(first: 3) { nodes { name } pageInfo { hasNextPage endCursor } } }')
    expect(first.streamers.nodes.map((node: { name: string }) => node.name)).toEqual([
      'ADA again',
      'Alan Turing',
      '100%_a',
    ])
    expect(first.streamers.pageInfo.hasNextPage).toBe(true)
    const rest = await ask(
      'query ($after: String) { streamers(after: $after) { nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage } } }',
      { after: first.streamers.pageInfo.endCursor },
    )
    expect(rest.streamers).toMatchObject({
      nodes: [{ name: 'Grace Hopper' }, { name: 'Ada Lovelace' }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    })
  })

  test('are found by a part of the name in any case, and a wildcard is a letter', async () => {
    expect(await names('search: "ada"')).toEqual(['ADA again', 'Ada Lovelace'])
    expect(await names('search: "%_"')).toEqual(['100%_a'])
    expect(await names('search: "nobody"')).toEqual([])
  })

  test('have their claims, and these their channels', async () => {
    const { streamer } = await ask(
      `{ streamer(id: "${globalId('Streamer', 1n)}") { id name createdAt claims { verified claimedAt streamer { name } channel { slug } } } }`,
    )
    expect(streamer).toMatchObject({
      id: globalId('Streamer', 1n),
      name: 'Ada Lovelace',
      claims: [
        { verified: true, streamer: { name: 'Ada Lovelace' }, channel: { slug: 'one' } },
        { verified: true, channel: { slug: 'two' } },
      ],
    })
    expect(await ask(`{ streamer(id: "${globalId('Streamer', 99n)}") { name } }`)).toEqual({ streamer: null })
  })

  test('are nodes', async () => {
    const id = globalId('Streamer', 2n)
    const query = `{ node(id: "${id}") { __typename id ... on Streamer { name } } nodes(ids: ["${globalId('Streamer', 9_999_999_999n)}"]) { id } }`
    expect(await ask(query)).toEqual({ node: { __typename: 'Streamer', id, name: 'Grace Hopper' }, nodes: [null] })
    expect((await api.ask(query)).data).toEqual({ node: null, nodes: [null] })
  })

  test('and claims are for operators', async () => {
    for (const query of [
      '{ streamers { nodes { name } } }',
      `{ streamer(id: "${globalId('Streamer', 1n)}") { name } }`,
      '{ channel(slug: "one") { claims { verified } } }',
    ]) {
      const { errors } = await api.ask(query)
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
  })
})

test('the claims of a channel come with the verified one first', async () => {
  const { channel } = await ask('{ channel(slug: "one") { claims { verified streamer { name } } } }')
  expect(channel.claims).toEqual([
    { verified: true, streamer: { name: 'Ada Lovelace' } },
    { verified: false, streamer: { name: 'Grace Hopper' } },
  ])
})

test('claims cost the same statements for one channel and for many, and no statement sees both sides', async () => {
  // Its first use starts a server of its own, which counts the channels.
  await api.execute('{ __typename }')
  const seen: string[] = []
  const stop = database.db.onStatement((name, text) => {
    expect(text.includes('dm') && text.includes('public.streamer')).toBe(false)
    seen.push(statementName(name))
  })
  const query = (first: number) =>
    `{ channels(first: ${first}) { nodes { slug claims { verified streamer { name claims { channel { slug } } } } } } }`
  const claims = ['claims_by_channel', 'claims_of_streamers', 'prisma', 'streamers_by_ids']
  for (const [way, list] of [
    ['ask', ['compiled']],
    ['execute', ['channels_last_seen_desc', 'prisma']],
  ] as const)
    for (const first of [2, 3]) {
      expect((await api[way](query(first), {}, operatorKey)).errors).toBeUndefined()
      expect(seen.splice(0).sort()).toEqual([...list, ...claims].sort())
    }
  stop()
})

describe('verifying a claim', () => {
  test('of many who try at once one succeeds, and the others learn who', async () => {
    const channelId = channels[2]!
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((streamerId) => verifyClaim(database.db, author, { streamerId, channelId })),
    )
    const [verified, ...more] = results.filter((one) => one.kind === 'verified')
    expect(more).toEqual([])
    for (const one of results) {
      if (one.kind === 'verified') continue
      expect(one).toMatchObject({ kind: 'held', holder: { id: BigInt(verified!.claim.streamerId) } })
    }
    await database.db.query(release, [channelId])
  })

  test('again changes nothing; a claim that was unverified keeps its date', async () => {
    const channelId = channels[0]!
    const first = await verifyClaim(database.db, author, { streamerId: 1, channelId })
    expect(await verifyClaim(database.db, author, { streamerId: 1, channelId })).toEqual(first)
    expect(await verifyClaim(database.db, author, { streamerId: 2, channelId })).toMatchObject({
      kind: 'held',
      holder: { id: 1n, name: 'Ada Lovelace' },
    })
  })

  test('needs a streamer and a channel', async () => {
    const channelId = channels[2]!
    expect(await verifyClaim(database.db, author, { streamerId: 99, channelId })).toEqual({ kind: 'no-streamer' })
    // Where dm is apart no key crosses, and who asks has looked for the channel before.
    const kind = database.url === database.urlOfPublic ? 'no-channel' : 'verified'
    expect(await verifyClaim(database.db, author, { streamerId: 1, channelId: 999n })).toMatchObject({ kind })
  })
})
