import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { metric } from '../support/http/ask.ts'
import { statementName } from '../support/http/statement-names.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
const queries: string[] = []
const start = Date.UTC(2026, 1, 5)
const minutes = 60
const now = start + minutes * 60_000

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).fullChannels(50)
  history = await openTestClickHouse({ onQuery: (name) => queries.push(name) })
  const channels = await database.db.query<{ platform_user_id: string; id: bigint }>(
    statement('all', 'SELECT id, platform_user_id FROM dm.streamer_channel ORDER BY id'),
  )
  await insertProbes(
    history.store,
    channels.flatMap(({ platform_user_id }, channel) =>
      Array.from({ length: minutes }, (_, minute) => ({
        channel: platform_user_id,
        at: start / 1000 + minute * 60 + 1,
        startedAt: start / 1000,
        viewers: 100 * (channel + 1) + minute,
        followers: 1_000 + minute,
      })),
    ),
  )
  api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: { history: { store: history.store, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
  await api.services.cursors.known()
})

beforeEach(() => {
  queries.length = 0
})

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const range = { from: new Date(start).toISOString(), to: new Date(now).toISOString() }

const everything = `query ($first: Int!, $range: TimeRange!) { channels(first: $first, orderBy: SLUG_ASC) { nodes {
  slug
  viewers(range: $range, bucket: FIFTEEN_MINUTES) { points { start average max samples } summary { peak hoursWatched } meta { bucket coverage } outages { reason } }
  followers(range: $range, bucket: FIFTEEN_MINUTES) { points { last change } }
  currentSession { peakViewers averageViewers hoursWatched }
  sessions(first: 2) { nodes { peakViewers } }
} } }`

const statementsOf = async (way: 'ask' | 'execute', query: string, variables: object): Promise<string[]> => {
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  const { errors } = await api[way](query, variables)
  stop()
  expect(errors).toBeUndefined()
  return seen.sort()
}

describe('series and summaries of an operation', () => {
  test('cost the same statements and queries for 1 channel and for 50', async () => {
    const asked: object[] = []
    for (const way of ['ask', 'execute'] as const) {
      const one = await statementsOf(way, everything, { first: 1, range })
      const queriesOfOne = queries.splice(0).sort()
      expect(await statementsOf(way, everything, { first: 50, range })).toEqual(one)
      expect(queries.splice(0).sort()).toEqual(queriesOfOne)
      asked.push({ statements: one, queries: queriesOfOne })
    }
    expect(asked).toMatchInlineSnapshot(`
      [
        {
          "queries": [
            "followers_by_bucket",
            "probes",
            "session_summaries",
          ],
          "statements": [
            "compiled",
          ],
        },
        {
          "queries": [
            "followers_by_bucket",
            "probes",
            "session_summaries",
            "session_summaries",
          ],
          "statements": [
            "channels_slug_asc",
            "prisma",
            "sessions_of_channels",
            "watched_channels",
            "watched_sessions",
            "watched_sessions",
          ],
        },
      ]
    `)
  })

  test('are those of each channel', async () => {
    const { data } = await api.ask(everything, { first: 50, range })
    const ids = await database.db.query<{ slug: string }>(
      statement('slugs', 'SELECT current_slug AS slug FROM dm.streamer_channel ORDER BY id'),
    )
    for (const node of data.channels.nodes) {
      const base = 100 * (ids.findIndex(({ slug }) => slug === node.slug) + 1)
      expect(node.viewers.summary.peak).toBe(base + minutes - 1)
      expect(node.viewers.points.map((point: { max: number }) => point.max)).toEqual(
        [14, 29, 44, 59].map((minute) => base + minute),
      )
      expect(node.viewers.meta).toEqual({ bucket: 'FIFTEEN_MINUTES', coverage: 1 })
      expect(node.followers.points.at(-1)).toEqual({ last: 1_059, change: 15 })
      expect(node.currentSession.peakViewers).toBe(base + minutes - 1)
      expect(node.sessions.nodes[1].peakViewers).toBeNull()
    }
  })
})

describe('the arguments of a series', () => {
  const refused = async (args: string) => {
    const { errors } = await api.ask(`{ channels(first: 50) { nodes { viewers(${args}) { meta { from } } } } }`)
    expect(queries).toEqual([])
    return errors?.[0]
  }

  test('an empty range is no error and has no points', async () => {
    const { data } = await api.ask(
      `{ channels(first: 1) { nodes { viewers(range: { from: "${range.from}", to: "${range.from}" }) { points { start } } } } }`,
    )
    expect(data.channels.nodes[0].viewers.points).toEqual([])
  })

  test('a range in the future is no error and has no points', async () => {
    const { data } = await api.ask(
      `{ channels(first: 1) { nodes { viewers(range: { from: "2030-01-01T00:00:00Z", to: "2030-01-02T00:00:00Z" }) { points { start partial } } } } }`,
    )
    expect(data.channels.nodes[0].viewers.points).toEqual([])
  })

  test('a range that runs backward is refused', async () => {
    expect(await refused(`range: { from: "${range.to}", to: "${range.from}" }`)).toMatchObject({
      message: 'range.from must not be after range.to.',
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  test('more buckets than may be are refused with a suggestion', async () => {
    const error = await refused('range: { from: "2016-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" }, bucket: MINUTE')
    expect(error).toMatchObject({ extensions: { code: 'BUCKET_LIMIT_EXCEEDED', maximum: 500, suggestion: 'MONTH' } })
  })

  test.each([
    ['maxPoints: 0', 'maxPoints'],
    ['maxPoints: 1000000', 'maxPoints'],
    ['timezone: "Mars/X"', 'TimeZone'],
    ['timezone: "+01:00"', 'TimeZone'],
  ])('%s is refused', async (args, word) => {
    const error = await refused(`range: { from: "${range.from}", to: "${range.to}" }, ${args}`)
    expect(error?.extensions.code).toBe('BAD_USER_INPUT')
    expect(error?.message).toContain(word)
  })

  test('points count in the cost', async () => {
    const cost = async (bucket: string) =>
      (
        await api.ask(
          `query ($range: TimeRange!) { channels(first: 2) { nodes { viewers(range: $range, bucket: ${bucket}) { points { start } } } } }`,
          { range },
        )
      ).extensions.cost.requested
    expect(await cost('MINUTE')).toBeGreaterThan(2 * minutes * 2)
    expect(await cost('HOUR')).toBeLessThan(20)
  })
})

test('without ClickHouse series and summaries are UNAVAILABLE after one try, and the rest of the operation is answered', async () => {
  const tried: string[] = []
  const url = 'http://user:password@127.0.0.1:1/vf'
  await using gone = await openClickHouse({ url, onQuery: (name) => tried.push(name) })
  await using other = await startTestApi({
    db: database.db,
    services: { history: { store: gone, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
  await other.services.cursors.known()
  const [known] = await database.db.query<{ slug: string }>(
    statement('slug_of_one', 'SELECT current_slug AS slug FROM dm.streamer_channel ORDER BY id LIMIT 1'),
  )
  const { data, errors } = await other.ask(
    `query ($range: TimeRange!) { me { role } channels(first: 2) { nodes { slug currentSession { title peakViewers } sessions(first: 1) { nodes { title } } } }
       viewers: channel(slug: "${known!.slug}") { viewers(range: $range) { meta { from } } } }`,
    { range },
  )
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAVAILABLE']))
  expect(errors?.[0]?.message).not.toMatch(/127\.0\.0\.1|password/)
  expect(data.me).toEqual({ role: 'PUBLIC' })
  expect(data.viewers).toBeNull()
  expect(data.channels.nodes).toHaveLength(2)
  expect(data.channels.nodes[0]).toMatchObject({
    currentSession: { title: null, peakViewers: null },
    sessions: { nodes: [{ title: null }] },
  })
  // The statement was compiled and what it left has failed: the execution that tells why does not ask again.
  expect(tried.sort()).toEqual(['probes', 'session_summaries'])
  expect(await metric(other.url, 'graphql_operation_duration_seconds_count')).toBe(1)
})

describe('the dashboard of a channel', () => {
  const { panels } = JSON.parse(readFileSync('deploy/grafana/channel.json', 'utf8')) as {
    panels: { title: string; targets: Target[] }[]
  }
  type Target = {
    url: string
    url_options: { method: string; body_graphql_query: string }
    root_selector: string
    columns: { selector: string; text: string; type: string }[]
  }
  const fill = (text: string, values: Record<string, string>): string =>
    text.replace(/\$\{([\w:]+)\}/g, (_, name) => values[name]!)

  test.each(panels)('gets rows of time and numbers for $title, asked as Grafana asks', async ({ title, targets }) => {
    const { data } = await api.ask('{ channels(first: 1, orderBy: SLUG_ASC) { nodes { slug } } }', {})
    const { slug } = data.channels.nodes[0]
    const { url, url_options, root_selector, columns } = targets[0]!
    const query = fill(url_options.body_graphql_query, {
      platform: 'KICK',
      slug,
      '__from:date:iso': range.from,
      '__to:date:iso': range.to,
    })
    const response = await fetch(`${api.url}${url}`, {
      method: url_options.method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables: {} }),
    })
    const answer = await response.json()
    expect(answer.errors).toBeUndefined()
    const rows = root_selector.split('.').reduce((part, key) => part[key], answer) as Record<string, unknown>[]
    expect(rows.length).toBeGreaterThan(1)
    for (const row of rows)
      for (const { selector, type } of columns) {
        const value = row[selector]
        if (type === 'timestamp') expect(Date.parse(String(value))).not.toBeNaN()
        else expect(value === null || typeof value === 'number').toBe(true)
      }
    if (title === 'Viewers') expect(rows.some(({ average }) => Number(average) > 0)).toBe(true)
  })
})
