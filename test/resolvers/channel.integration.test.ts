import { describe, expect, test } from 'vitest'
import { adminKey, operatorKey } from '../support/http/api.ts'
import { channelsApi, day, now } from '../support/http/channels-api.ts'

const fixture = channelsApi()

const channelId = async (args: string): Promise<string | null> => {
  const { data, errors } = await fixture.api.ask(`{ channel(${args}) { channelId } }`)
  expect(errors).toBeUndefined()
  return data.channel?.channelId ?? null
}

describe('a channel is found by', () => {
  test('its number, its global id, its ULID and its platform user id', async () => {
    const { data } = await fixture.api.ask(`{ channel(slug: "alpha") { id externalId channelId platformUserId } }`)
    const { id, externalId, platformUserId } = data.channel
    expect(data.channel.channelId).toBe(fixture.first.toString())
    for (const args of [
      `id: "${fixture.first}"`,
      `id: ${fixture.first}`,
      `id: "${id}"`,
      `id: "${externalId}"`,
      `platformUserId: "${platformUserId}"`,
    ])
      expect(await channelId(args)).toBe(fixture.first.toString())
  })

  test('its slug in any case, its holder now before those of the past', async () => {
    expect(await channelId('slug: " ALPHA "')).toBe(fixture.first.toString())
    expect(await channelId('slug: "beta"')).toBe(fixture.second.toString())
  })

  test('a slug that it gave up, which the answer tells', async () => {
    const { data } = await fixture.api.ask(
      `{ old: channel(slug: "once") { slug redirectedFrom } new: channel(slug: "alpha") { redirectedFrom } }`,
    )
    expect(data).toEqual({ old: { slug: 'alpha', redirectedFrom: 'once' }, new: { redirectedFrom: null } })
  })

  test('whoever held the slug at an instant', async () => {
    expect(await channelId('slug: "alpha", at: "2026-04-09T23:59:59.999Z"')).toBe(fixture.second.toString())
    expect(await channelId('slug: "alpha", at: "2026-04-10T00:00:00Z"')).toBe(fixture.first.toString())
    expect(await channelId('slug: "alpha", at: "2026-04-01T00:00:00Z"')).toBeNull()
  })
})

test.each([
  'slug: "nobody"',
  'slug: "alpha", platform: TWITCH',
  'id: "9007199254740993"',
  'id: 9007199254740993',
  'id: "01ARZ3NDEKTSV4RRFFQ69G5FAV"',
  'platformUserId: "nobody"',
])('an unknown channel (%s) is null and no error', async (args) => {
  expect(await channelId(args)).toBeNull()
})

test.each([
  ['', 'Give exactly one of id, slug and platformUserId.'],
  ['id: null', 'Give exactly one of id, slug and platformUserId.'],
  ['id: "1", slug: "a"', 'Give exactly one of id, slug and platformUserId.'],
  ['id: "1", at: "2026-01-01T00:00:00Z"', 'at goes with slug only.'],
  ['id: "-1"', 'id must be the id of a channel: a global id, a ULID or a number from 1 to 9223372036854775807.'],
  ['id: "1.5"', 'id must be the id of a channel: a global id, a ULID or a number from 1 to 9223372036854775807.'],
  ['slug: "../../etc"', 'slug must be 1 to 40 letters, digits, "_" or "-".'],
  ['platformUserId: ""', 'platformUserId must be 1 to 64 printable ASCII characters.'],
  [
    'slug: "a", at: "2026-02-30T00:00:00Z"',
    'A DateTime must be an instant from 1900 to 2299 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z", or told from now, like "now-24h" or "now-1d/d".',
  ],
  [
    'slug: "a", at: 1767225600000',
    'A DateTime must be an instant from 1900 to 2299 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z", or told from now, like "now-24h" or "now-1d/d".',
  ],
])('channel(%s) is refused as BAD_USER_INPUT', async (args, message) => {
  const { errors } = await fixture.api.ask(`{ channel${args && `(${args})`} { id } }`)
  expect(errors).toEqual([expect.objectContaining({ message, extensions: { code: 'BAD_USER_INPUT' } })])
})

test.each([9_007_199_254_740_992, 1.5, true, {}])(
  'the id %o in a variable is refused: it may have lost digits',
  async (id) => {
    const { errors } = await fixture.api.ask('query ($id: ID) { channel(id: $id) { id } }', { id })
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' })
  },
)

test('the names of a channel, newest first', async () => {
  const { data } = await fixture.api.ask(
    `{ channel(slug: "alpha") { slugHistory { slug observedFrom observedUntil isCurrent } } }`,
  )
  expect(data.channel.slugHistory).toEqual([
    { slug: 'alpha', observedFrom: '2026-04-10T00:00:00.000Z', observedUntil: null, isCurrent: true },
    {
      slug: 'beta',
      observedFrom: '2026-04-05T00:00:00.000Z',
      observedUntil: '2026-04-10T00:00:00.000Z',
      isCurrent: false,
    },
    {
      slug: 'once',
      observedFrom: '2026-04-01T00:00:00.000Z',
      observedUntil: '2026-04-05T00:00:00.000Z',
      isCurrent: false,
    },
  ])
})

describe('sessions of a channel', () => {
  const titles = async (args: string): Promise<string[]> => {
    const { data, errors } = await fixture.api.ask(
      `{ channel(slug: "alpha") { sessions(${args}) { nodes { title } } } }`,
    )
    expect(errors).toBeUndefined()
    return data.channel.sessions.nodes.map(({ title }: { title: string }) => title)
  }

  test('newest first, from either end', async () => {
    expect(await titles('first: 10')).toEqual(['now', 'empty', 'two', 'one'])
    expect(await titles('last: 3')).toEqual(['empty', 'two', 'one'])
  })

  test('page by page in both directions', async () => {
    const page = async (args: string) => {
      const { data } = await fixture.api.ask(
        `{ channel(slug: "alpha") { sessions(${args}) { nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
      )
      return data.channel.sessions
    }
    const start = await page('first: 2')
    const end = await page(`first: 2, after: "${start.pageInfo.endCursor}"`)
    expect([...start.nodes, ...end.nodes].map(({ title }) => title)).toEqual(['now', 'empty', 'two', 'one'])
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const back = await page(`last: 2, before: "${end.pageInfo.startCursor}"`)
    expect(back.nodes).toEqual(start.nodes)
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  })

  test.each([
    ['2026-04-02T00:00:00Z', '2026-04-03T00:00:00Z', []],
    ['2026-04-01T23:59:59Z', '2026-04-03T00:00:01Z', ['two', 'one']],
    ['2026-04-04T00:00:00Z', '2026-04-05T00:00:00Z', ['empty']],
    ['2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z', ['now']],
    ['2026-04-06T00:00:00Z', '2026-04-06T00:00:00Z', []],
    ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z', ['now', 'empty', 'two', 'one']],
  ])('those that overlap %s to %s', async (from, to, expected) => {
    expect(await titles(`range: { from: "${from}", to: "${to}" }`)).toEqual(expected)
    expect((await titles(`range: { from: "${from}", to: "${to}" }, last: 10`)).sort()).toEqual([...expected].sort())
  })

  test('a range that runs backward is refused', async () => {
    const { errors } = await fixture.api.ask(
      `{ channel(slug: "alpha") { sessions(range: { from: "2026-04-02T00:00:00Z", to: "2026-04-01T00:00:00Z" }) { nodes { id } } } }`,
    )
    expect(errors?.[0]).toMatchObject({
      message: 'range.from must not be after range.to.',
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  test('the one that lasts, and how long each has lasted', async () => {
    const { data } = await fixture.api.ask(
      `{ live: channel(slug: "alpha") { currentSession { title isLive durationSeconds endedAt } sessions(last: 1) { nodes { isLive durationSeconds channel { slug } } } }
         off: channel(slug: "beta") { currentSession { id } } }`,
    )
    expect(data.live.currentSession).toEqual({
      title: 'now',
      isLive: true,
      durationSeconds: (now - day(6).getTime()) / 1000,
      endedAt: null,
    })
    expect(data.live.sessions.nodes).toEqual([{ isLive: false, durationSeconds: 86_400, channel: { slug: 'alpha' } }])
    expect(data.off.currentSession).toBeNull()
  })
})

describe('status events', () => {
  const occurred = async (args: string): Promise<string[]> => {
    const { data, errors } = await fixture.api.ask(`{ statusEvents${args && `(${args})`} { nodes { occurredAt } } }`)
    expect(errors).toBeUndefined()
    return data.statusEvents.nodes.map(({ occurredAt }: { occurredAt: string }) => occurredAt.slice(8, 10))
  }

  test('newest first, narrowed by type, platform and the time they happened', async () => {
    expect(await occurred('')).toEqual(['03', '02', '01'])
    expect(await occurred('type: STREAM_END')).toEqual(['02'])
    expect(await occurred('platform: TWITCH')).toEqual([])
    expect(await occurred('platform: KICK, first: 2')).toEqual(['03', '02'])
    expect(await occurred('range: { from: "2026-04-01T00:00:00Z", to: "2026-04-03T00:00:00Z" }')).toEqual(['02', '01'])
  })

  test('page by page', async () => {
    const page = await fixture.api.ask('{ statusEvents(first: 2) { pageInfo { endCursor } } }')
    expect(await occurred(`first: 2, after: "${page.data.statusEvents.pageInfo.endCursor}"`)).toEqual(['01'])
  })

  test('of one channel', async () => {
    const { data } = await fixture.api.ask(
      '{ channel(slug: "alpha") { statusEvents(first: 1) { nodes { type previousStatus newStatus source channel { slug } } pageInfo { hasNextPage } } } }',
    )
    expect(data.channel.statusEvents).toEqual({
      nodes: [
        {
          type: 'STREAM_END',
          previousStatus: 'UNKNOWN',
          newStatus: 'OFFLINE',
          source: 'POLL',
          channel: { slug: 'alpha' },
        },
      ],
      pageInfo: { hasNextPage: true },
    })
  })

  test('show their data to operators only', async () => {
    const query = '{ statusEvents(first: 1) { nodes { data } } }'
    const refused = await fixture.api.ask(query)
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(refused.data.statusEvents.nodes).toEqual([{ data: null }])
    expect((await fixture.api.ask(query, {}, operatorKey)).data.statusEvents.nodes).toEqual([{ data: { secret: 1 } }])
    expect((await fixture.api.ask(query, {}, adminKey)).data.statusEvents.nodes).toEqual([{ data: { secret: 1 } }])
  })
})
