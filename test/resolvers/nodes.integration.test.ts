import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi
let first: bigint
let second: bigint
const now = Date.UTC(2026, 5, 1)
const day = (n: number) => new Date(Date.UTC(2026, 3, n))

beforeAll(async () => {
  database = await createTestDatabase()
  const seeding = seed(database.db)
  first = await seeding.channel({ slug: 'alpha', displayName: 'Alpha', status: 'online' })
  second = await seeding.channel({ slug: 'beta' })
  // The two swapped their names on the tenth; before the fifth the first was called "once".
  await seeding.slugPeriod(first, 'once', day(1), day(5))
  await seeding.slugPeriod(first, 'beta', day(5), day(10))
  await seeding.slugPeriod(first, 'alpha', day(10), null)
  await seeding.slugPeriod(second, 'alpha', day(2), day(10))
  await seeding.slugPeriod(second, 'beta', day(10), null)
  await seeding.session(first, day(1), day(2), 'one')
  await seeding.session(first, day(3), day(4), 'two')
  await seeding.session(first, day(4), day(4), 'empty')
  await seeding.session(first, day(6), null, 'now')
  await seeding.event(first, day(1))
  await seeding.event(first, day(2), 'stream_end')
  await seeding.event(second, day(3))
  api = await startTestApi({ db: database.db, clock: () => now })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

describe('node and nodes', () => {
  test('find every object that has an id', async () => {
    const { data } = await api.ask(
      '{ channel(slug: "alpha") { id currentSession { id } statusEvents(first: 1) { nodes { id } } } }',
    )
    const ids = [data.channel.id, data.channel.currentSession.id, data.channel.statusEvents.nodes[0].id]
    const found = await api.ask(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Channel { slugHistory { slug } } ... on StreamSession { title channel { slug } } ... on StatusEvent { type } } }',
      { ids: [ids[2], ids[0], ids[1], ids[0], globalId('Channel', 123_456n)] },
    )
    expect(found.data.nodes).toEqual([
      { __typename: 'StatusEvent', id: ids[2], type: 'STREAM_END' },
      { __typename: 'Channel', id: ids[0], slugHistory: [{ slug: 'alpha' }, { slug: 'beta' }, { slug: 'once' }] },
      { __typename: 'StreamSession', id: ids[1], title: 'now', channel: { slug: 'alpha' } },
      { __typename: 'Channel', id: ids[0], slugHistory: [{ slug: 'alpha' }, { slug: 'beta' }, { slug: 'once' }] },
      null,
    ])
    const session = await api.ask(
      'query ($id: ID!) { streamSession(id: $id) { title channel { slugHistory { slug } } } node(id: $id) { id } }',
      { id: ids[1] },
    )
    expect(session.data).toEqual({
      streamSession: {
        title: 'now',
        channel: { slugHistory: [{ slug: 'alpha' }, { slug: 'beta' }, { slug: 'once' }] },
      },
      node: { id: ids[1] },
    })
  })

  test('refuse more than 100 ids, and ids of nothing', async () => {
    const many = await api.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array(101).fill(globalId('Channel', 1n)),
    })
    expect(many.errors?.[0]).toMatchObject({
      message: 'ids must have at most 100 entries.',
      extensions: { code: 'BAD_USER_INPUT' },
    })
    const wrong = await api.ask(
      `{ a: node(id: "nonsense") { id } b: streamSession(id: "${globalId('Channel', 1n)}") { id } }`,
    )
    expect(wrong.errors?.map(({ message }) => message).sort()).toEqual([
      'id must be an id that this API has given out.',
      'id must be the id of a StreamSession.',
    ])
  })
})

test('me tells who the key belongs to', async () => {
  expect((await api.ask('{ me { role name } }')).data.me).toEqual({ role: 'PUBLIC', name: null })
  expect((await api.ask('{ me { role } }', {}, operatorKey)).data.me).toEqual({ role: 'OPERATOR' })
  expect((await api.ask('{ me { role } }', {}, adminKey)).data.me).toEqual({ role: 'ADMIN' })
})
