import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LoggedCall, logCalls } from '../../src/calls/log-calls.ts'
import { upsertChannel } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

const start = Date.parse('2026-11-01T00:00:00Z')

let database: TestDatabase
let api: TestApi
let channelId: bigint
const calls: LoggedCall[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  api = await startTestApi({ db })
  const seen = { platformUserId: '7', slug: 'nova', observedAt: new Date(start) }
  channelId = (await upsertChannel(db, 'kick', seen, { log: silentLog })).id
  for (let n = 0; n < 120; n++)
    calls.push({
      platform: n % 3 === 0 ? 'twitch' : 'kick',
      endpoint: `/path/${n}`,
      // Several at one instant.
      requestedAt: new Date(start + Math.floor(n / 4) * 1_000),
      durationMs: n,
      status: n % 5 === 0 ? 500 : 200,
      items: 1,
      error: n % 5 === 0 ? 'answered 500' : null,
      ...(n % 5 === 0 && { body: `{"message":"no ${n}"}` }),
      channelId: n % 4 === 0 ? channelId : null,
    })
  await logCalls(db, calls)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const document = `query Calls($platform: Platform, $channel: ID, $failed: Boolean, $range: TimeRange, $first: Int, $after: String) {
  scrapeLog(platform: $platform, channel: $channel, failed: $failed, range: $range, first: $first, after: $after) {
    nodes { endpoint platform channel { slug } requestedAt durationMs status items error body } pageInfo { hasNextPage endCursor }
  }
}`

const page = async (variables: object = {}) => {
  const { data, errors } = await api.ask(document, variables, operatorKey)
  expect(errors).toBeUndefined()
  return data.scrapeLog as {
    nodes: { endpoint: string }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  }
}

const everything = async (variables: object): Promise<string[]> => {
  const found: string[] = []
  for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
    const { nodes, pageInfo } = await page({ ...variables, first: 7, after })
    found.push(...nodes.map(({ endpoint }) => endpoint))
    ;({ endCursor: after, hasNextPage } = pageInfo)
  }
  return found
}

const wanted = (which: (call: LoggedCall) => boolean): string[] =>
  calls
    .filter(which)
    .map(({ endpoint }) => endpoint)
    .toReversed()

test('a call is read as it was logged', async () => {
  const { nodes } = await page({ channel: String(channelId), failed: true, first: 1 })
  expect(nodes).toEqual([
    {
      endpoint: '/path/100',
      platform: 'KICK',
      channel: { slug: 'nova' },
      requestedAt: new Date(start + 25_000).toISOString(),
      durationMs: 100,
      status: 500,
      items: 1,
      error: 'answered 500',
      body: '{"message":"no 100"}',
    },
  ])
})

test('pages give every call once, newest first, whatever shares an instant', async () => {
  expect(await everything({})).toEqual(wanted(() => true))
})

describe('what is asked for', () => {
  test('may be a platform, a channel, failures or what is not, a range, and all of these', async () => {
    const range = { from: new Date(start + 5_000).toISOString(), to: new Date(start + 9_000).toISOString() }
    const isInside = ({ requestedAt }: LoggedCall) => +requestedAt >= start + 5_000 && +requestedAt < start + 9_000
    expect(await everything({ platform: 'TWITCH' })).toEqual(wanted(({ platform }) => platform === 'twitch'))
    expect(await everything({ failed: true })).toEqual(wanted(({ error }) => error !== null))
    expect(await everything({ failed: false })).toEqual(wanted(({ error }) => error === null))
    expect(await everything({ channel: String(channelId) })).toEqual(wanted((one) => one.channelId === channelId))
    expect(await everything({ range })).toEqual(wanted(isInside))
    expect(await everything({ range, platform: 'KICK', failed: false, channel: String(channelId) })).toEqual(
      wanted((one) => isInside(one) && one.platform === 'kick' && one.error === null && one.channelId === channelId),
    )
  })

  test('may be a channel that is not there', async () => {
    expect(await everything({ channel: '999999' })).toEqual([])
  })
})

test('the log is not for everybody', async () => {
  const { data, errors } = await api.ask(document)
  expect(data).toBeNull()
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
})

test('a page costs the same statements whatever its size', async () => {
  const statementsOf = async (first: number) => {
    const names: (string | undefined)[] = []
    const stop = database.db.onStatement((name) => names.push(name))
    await page({ first })
    stop()
    return names
  }
  await statementsOf(10)
  expect(await statementsOf(100)).toEqual(await statementsOf(10))
})

test('a call about a channel that is deleted meanwhile is logged without it', async () => {
  const call = { ...calls[1]!, endpoint: '/gone', channelId: 424_242n }
  await logCalls(database.db, [call])
  const query = statement('test_gone', `SELECT channel_id AS id FROM dm.scrape_log WHERE endpoint = '/gone'`)
  expect(await database.db.query(query)).toEqual([{ id: null }])
})

test.each([
  ['', 'idx_scrape_log_requested'],
  [`platform = 'kick'`, 'idx_scrape_log_platform'],
  ['channel_id = 1', 'idx_scrape_log_channel'],
  ['error IS NOT NULL', 'idx_scrape_log_failed'],
])('a page of calls where %o reads the index %s', async (condition, index) => {
  const client = await database.db.pool.connect()
  try {
    await client.query(
      'BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off',
    )
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM dm.scrape_log ${condition && `WHERE ${condition}`} ORDER BY requested_at DESC, id DESC LIMIT 20`,
    )
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(index)
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
})
