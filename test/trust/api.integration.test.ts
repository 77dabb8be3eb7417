import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { maxTrustScorePoints } from '../../src/telemetry/trust-history.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { insertTrustHistory } from '../support/telemetry/trust-history-rows.ts'

let dm: TestDatabase
let environment: TestDatabase
let clickHouse: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
const queries: string[] = []
const channels: { id: bigint; user: string }[] = []
const day = 86_400_000
const now = Math.floor(Date.now() / day) * day

const userOf = statement('test_user', 'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1')
const score = statement(
  'test_score',
  'INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at) VALUES ($1, $2, $3, $4, $5)',
)

const factors = [
  { name: 'chat_participation', value: 0.875, weight: 2 / 3, contribution: 58.33, explanation: 'They talk.' },
  { name: 'follow_pace', value: null, weight: 0, contribution: 0, explanation: 'No follows have been collected.' },
]

beforeAll(async () => {
  dm = await createTestDatabase()
  environment = await createTestDatabase()
  clickHouse = await openTestClickHouse({ onQuery: (name) => queries.push(name) })
  for (const id of await seed(dm.db).fullChannels(50)) {
    const [row] = await dm.db.query<{ user: string }>(userOf, [id])
    channels.push({ id, user: row!.user })
  }
  for (const [n, { id }] of channels.entries())
    if (n % 5 !== 4)
      await environment.db.query(score, [id, (n * 37) % 100, 'channelscope-1', JSON.stringify(factors), new Date(now)])
  const { user } = channels[0]!
  await insertTrustHistory(
    clickHouse.store,
    [
      { user, at: now - 100 * day, score: 10 },
      { user, at: now - 2 * day, score: 30.25 },
      { user, at: now - 50 * day, score: 20.125 },
      { user, at: now - 1 * day, score: 99, env: 'other' },
      ...channels.slice(1).map((channel, n) => ({ user: channel.user, at: now - day, score: n })),
    ],
    'history',
  )
  // Stored again after a crash.
  await insertTrustHistory(clickHouse.store, [{ user, at: now - 2 * day, score: 30.25 }], 'again')
  const many = Array.from({ length: 1_200 }, (_, n) => ({
    user: channels[9]!.user,
    at: now - 3 * day - n * 3_600_000,
    score: n % 100,
  }))
  await insertTrustHistory(clickHouse.store, many, 'many')
  api = await startTestApi({
    db: dm.db,
    clock: () => now,
    services: {
      databases: { dm: sidesOf(dm.db).dm, public: sidesOf(environment.db).public },
      history: { store: clickHouse.store, env: 'test', completeThrough: () => new Date(now), lost: () => [] },
    },
  })
  await api.services.cursors.known()
})

beforeEach(() => {
  queries.length = 0
})

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await clickHouse?.[Symbol.asyncDispose]()
  await environment?.[Symbol.asyncDispose]()
  await dm?.[Symbol.asyncDispose]()
})

const ask = async (fields: string, n = 0) => {
  const { data, errors } = await api.ask(`{ channel(id: "${channels[n]!.id}") { ${fields} } }`)
  expect(errors).toBeUndefined()
  return data.channel
}

test('a score is given with the factors that it is made of', async () => {
  const asked = 'trustScore { score algorithm computedAt factors { name value weight contribution explanation } }'
  expect(await ask(asked, 1)).toEqual({
    trustScore: { score: 37, algorithm: 'channelscope-1', computedAt: new Date(now).toISOString(), factors },
  })
  expect(await ask(asked, 4)).toEqual({ trustScore: null })
})

describe('the history of a score', () => {
  test('reaches back 90 days unless told otherwise, oldest first, each instant once', async () => {
    const point = (days: number, value: number) => ({
      computedAt: new Date(now - days * day).toISOString(),
      score: value,
    })
    const { all, some, last } = await ask(
      'some: trustScoreHistory { computedAt score } all: trustScoreHistory(days: 730) { computedAt score } last: trustScoreHistory(days: 1) { score }',
    )
    expect(some).toEqual([point(50, 20.125), point(2, 30.25)])
    expect(all).toEqual([point(100, 10), ...some])
    expect(last).toEqual([])
  })

  test('of a channel without one is empty', async () => {
    expect(await ask('trustScoreHistory(days: 730) { score }', 49)).toEqual({ trustScoreHistory: [{ score: 48 }] })
    const id = await seed(dm.db).channel()
    const { data } = await api.ask(`{ channel(id: "${id}") { trustScoreHistory { score } } }`)
    expect(data).toEqual({ channel: { trustScoreHistory: [] } })
  })

  test('keeps the newest points of too many', async () => {
    const { trustScoreHistory: points } = await ask('trustScoreHistory(days: 730) { computedAt score }', 9)
    expect(points).toHaveLength(maxTrustScorePoints)
    expect(points.at(-1)).toEqual({ computedAt: new Date(now - day).toISOString(), score: 8 })
    expect(points.at(-2).computedAt).toBe(new Date(now - 3 * day).toISOString())
    expect([...points].sort((a, b) => (a.computedAt < b.computedAt ? -1 : 1))).toEqual(points)
  })

  test.each([0, -1, 731, 2 ** 31 - 1])('refuses %i days', async (days) => {
    const { errors } = await api.ask(
      `{ channel(id: "${channels[0]!.id}") { trustScoreHistory(days: ${days}) { score } } }`,
    )
    expect(errors).toEqual([
      expect.objectContaining({ message: 'days must be from 1 to 730.', extensions: { code: 'BAD_USER_INPUT' } }),
    ])
    expect(queries).toEqual([])
  })
})

test('scores and histories cost the same statements and one query, for 1 channel and for 50', async () => {
  const statementsOf = async (way: 'ask' | 'execute', first: number) => {
    const seen: string[] = []
    const stops = [dm, environment].map(({ db }) => db.onStatement((name) => seen.push(statementName(name))))
    queries.length = 0
    const { errors } = await api[way](
      `query ($first: Int!) { channels(first: $first, orderBy: FIRST_SEEN_DESC) { nodes { trustScore { score } trustScoreHistory { score } } } }`,
      { first },
    )
    for (const stop of stops) stop()
    expect(errors).toBeUndefined()
    return [...seen.sort(), ...queries]
  }
  for (const [way, statements] of [
    ['ask', ['compiled', 'trust_scores_of_channels']],
    ['execute', ['channels_first_seen_desc', 'prisma', 'trust_scores_of_channels', 'watched_channels']],
  ] as const) {
    const one = await statementsOf(way, 1)
    expect(await statementsOf(way, 50)).toEqual(one)
    expect(one).toEqual([...statements, 'trust_score_history'])
  }
})

test('the leaderboard is in the order of the scores, those without one last, whatever the page', async () => {
  const found: (number | null)[] = []
  for (let after: string | null = null; ; ) {
    const { data, errors } = await api.ask(
      `query ($after: String) { channels(first: 7, after: $after, orderBy: TRUST_SCORE_DESC, filter: { status: ONLINE }) {
        nodes { trustScore { score } } pageInfo { endCursor hasNextPage } } }`,
      { after },
    )
    expect(errors).toBeUndefined()
    found.push(
      ...data.channels.nodes.map((node: { trustScore: { score: number } | null }) => node.trustScore?.score ?? null),
    )
    if (!data.channels.pageInfo.hasNextPage) break
    after = data.channels.pageInfo.endCursor
  }
  const scores = channels.flatMap((_, n) => (n % 5 === 4 ? [] : [(n * 37) % 100])).sort((a, b) => b - a)
  expect(found).toEqual([...scores, ...Array(10).fill(null)])
})

test('without ClickHouse the history is UNAVAILABLE and the score is there', async () => {
  await using down = await openClickHouse({ url: 'http://user:secret@127.0.0.1:1/vf' })
  await using lame = await startTestApi({
    db: dm.db,
    clock: () => now,
    services: {
      databases: { dm: sidesOf(dm.db).dm, public: sidesOf(environment.db).public },
      history: { store: down, env: 'test', completeThrough: () => new Date(now), lost: () => [] },
    },
  })
  const id = channels[1]!.id
  const { data } = await lame.ask(`{ channel(id: "${id}") { trustScore { score } } }`)
  expect(data).toEqual({ channel: { trustScore: { score: 37 } } })
  const { errors } = await lame.ask(`{ channel(id: "${id}") { trustScoreHistory { score } } }`)
  expect(errors).toEqual([
    expect.objectContaining({
      message: 'The viewer history is unavailable now; everything else works, try again later.',
      extensions: { code: 'UNAVAILABLE' },
      path: ['channel', 'trustScoreHistory'],
    }),
  ])
})
