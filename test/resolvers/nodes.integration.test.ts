import { describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { adminKey, operatorKey } from '../support/http/api.ts'
import { channelsApi } from '../support/http/channels-api.ts'

const fixture = channelsApi()

describe('node and nodes', () => {
  test('find every object that has an id', async () => {
    const { data } = await fixture.api.ask(
      '{ channel(slug: "alpha") { id currentSession { id } statusEvents(first: 1) { nodes { id } } } }',
    )
    const ids = [data.channel.id, data.channel.currentSession.id, data.channel.statusEvents.nodes[0].id]
    const found = await fixture.api.ask(
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
    const session = await fixture.api.ask(
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
    const many = await fixture.api.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array(101).fill(globalId('Channel', 1n)),
    })
    expect(many.errors?.[0]).toMatchObject({
      message: 'ids must have at most 100 entries.',
      extensions: { code: 'BAD_USER_INPUT' },
    })
    const wrong = await fixture.api.ask(
      `{ a: node(id: "nonsense") { id } b: streamSession(id: "${globalId('Channel', 1n)}") { id } }`,
    )
    expect(wrong.errors?.map(({ message }) => message).sort()).toEqual([
      'id must be an id that this API has given out.',
      'id must be the id of a StreamSession.',
    ])
  })
})

test('me tells who the key belongs to', async () => {
  expect((await fixture.api.ask('{ me { role name } }')).data.me).toEqual({ role: 'PUBLIC', name: null })
  expect((await fixture.api.ask('{ me { role } }', {}, operatorKey)).data.me).toEqual({ role: 'OPERATOR' })
  expect((await fixture.api.ask('{ me { role } }', {}, adminKey)).data.me).toEqual({ role: 'ADMIN' })
})
