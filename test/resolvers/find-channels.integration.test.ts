import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { newUlid } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { globalId } from '../../src/resolvers/global-id.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { truncate } from '../support/stores/truncate.ts'

let database: TestDatabase
let api: TestApi

const instant = (step: number): Date => new Date(Date.UTC(2026, 0, 1) + step * 1000)

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(() => truncate(database.db, 'dm.streamer_channel CASCADE'))

type Seen = { user: string; slug: string; name?: string; at: number }

const observe = (platform: string, ...seen: Seen[]) =>
  upsertChannels(
    database.db,
    platform,
    seen.map(({ user, slug, name, at }) => ({
      platformUserId: user,
      slug,
      observedAt: instant(at),
      ...(name !== undefined && { displayName: name }),
    })),
    { log: silentLog },
  )

const beLive = (user: string) =>
  database.db.pool.query(`UPDATE dm.streamer_channel SET status = 'online' WHERE platform_user_id = $1`, [user])

const query = `query ($text: String!, $platform: Platform, $first: Int! = 20) {
  findChannels(text: $text, platform: $platform, first: $first) {
    by slug until channel { platformUserId slug displayName } } }`

type Found = { by: string; slug: string | null; until: string | null; channel: { platformUserId: string } }

const find = async (text: string, more: { platform?: string; first?: number } = {}): Promise<Found[]> => {
  const { data, errors } = await api.ask(query, { text, ...more })
  expect(errors).toBeUndefined()
  return data.findChannels
}
const usersOf = async (...asked: Parameters<typeof find>): Promise<string[]> =>
  (await find(...asked)).map(({ channel }) => channel.platformUserId)

test('an old slug is found, and said until when it was that of the channel', async () => {
  await observe('kick', { user: '11', slug: 'ninja_old', at: 1 })
  await observe('kick', { user: '11', slug: 'someone', at: 10 })
  expect(await find('NINJA_old')).toMatchObject([
    { by: 'OLD_SLUG', slug: 'ninja_old', until: instant(10).toISOString(), channel: { slug: 'someone' } },
  ])
  expect(await find('some')).toMatchObject([{ by: 'SLUG', slug: 'someone', until: null }])
  // By the latest time that it had the slug.
  await observe('kick', { user: '11', slug: 'ninja_old', at: 20 })
  await observe('kick', { user: '11', slug: 'third', at: 30 })
  expect(await find('ninja')).toMatchObject([{ by: 'OLD_SLUG', until: instant(30).toISOString() }])
  // One that it has again is no old one.
  await observe('kick', { user: '11', slug: 'ninja_old', at: 40 })
  expect(await find('ninja')).toMatchObject([{ by: 'SLUG', until: null }])
})

test('whole texts come first, then what channels are called now, then old slugs; among equals those that are live', async () => {
  await observe(
    'kick',
    { user: '1', slug: 'ninja', name: 'A', at: 1 },
    { user: '2', slug: 'ninjab', name: 'B', at: 1 },
    { user: '3', slug: 'ninjac', name: 'C', at: 1 },
    { user: '4', slug: 'd', name: 'Ninja', at: 1 },
    { user: '5', slug: 'e', name: 'NINJA of the north', at: 1 },
    { user: '6', slug: 'ninjaf', name: 'F', at: 1 },
    { user: '7', slug: 'ninjag', name: 'G', at: 1 },
    { user: '8', slug: 'no-ninja', name: 'Not a ninja', at: 1 },
  )
  await observe('kick', { user: '6', slug: 'f', at: 2 }, { user: '7', slug: 'g', at: 2 })
  await observe('kick', { user: '1', slug: 'gone', at: 3 })
  await observe('kick', { user: '9', slug: 'ninja', at: 4 })
  for (const user of ['3', '7']) await beLive(user)
  expect(await find('ninja')).toMatchObject([
    { by: 'SLUG', channel: { platformUserId: '9' } },
    { by: 'DISPLAY_NAME', slug: 'd', channel: { platformUserId: '4' } },
    { by: 'OLD_SLUG', channel: { platformUserId: '1' } },
    { by: 'SLUG', channel: { platformUserId: '3' } },
    { by: 'DISPLAY_NAME', channel: { platformUserId: '5' } },
    { by: 'SLUG', channel: { platformUserId: '2' } },
    { by: 'OLD_SLUG', channel: { platformUserId: '7' } },
    { by: 'OLD_SLUG', channel: { platformUserId: '6' } },
  ])
  expect(await usersOf('@Ninja', { first: 2 })).toEqual(['9', '4'])
})

test('a number finds a user id and a channel id; so do the other ids', async () => {
  await observe('kick', { user: '4711', slug: 'a', at: 1 }, { user: '47', slug: 'b', at: 1 })
  await observe('twitch', { user: '4711', slug: 'c', at: 1 })
  const { rows } = await database.db.pool.query<{ id: string; external: string }>(
    `SELECT id, external_id AS external FROM dm.streamer_channel WHERE platform_user_id = '47'`,
  )
  const { id, external } = rows[0]!
  expect(await find('4711')).toMatchObject([
    { by: 'ID', slug: 'a', until: null },
    { by: 'ID', slug: 'c' },
  ])
  expect(await find('4711', { platform: 'TWITCH' })).toMatchObject([{ slug: 'c' }])
  for (const text of [String(id), external, globalId('Channel', BigInt(id))])
    expect(await find(text)).toMatchObject([{ by: 'ID', channel: { platformUserId: '47' } }])
  expect(await find(newUlid())).toEqual([])
})

test('the address of a stream finds who has the slug and who had it, on its platform', async () => {
  await observe('kick', { user: '1', slug: 'xqc', at: 1 }, { user: '2', slug: 'xqcow', name: 'xqc', at: 1 })
  await observe('twitch', { user: '3', slug: 'xqc', at: 1 })
  for (const text of ['https://kick.com/xqc', ' http://www.kick.com/XQC/videos?a=b ', 'kick.com/xqc'])
    expect(await usersOf(text)).toEqual(['1'])
  expect(await usersOf('https://www.twitch.tv/xqc')).toEqual(['3'])
  expect(await usersOf('https://www.twitch.tv/xqc', { platform: 'KICK' })).toEqual([])
  await observe('kick', { user: '1', slug: 'other', at: 5 })
  await observe('kick', { user: '4', slug: 'xqc', at: 6 })
  expect(await find('https://kick.com/xqc')).toMatchObject([
    { by: 'SLUG', channel: { platformUserId: '4' } },
    { by: 'OLD_SLUG', channel: { platformUserId: '1' } },
  ])
})

test('nothing is found by nothing; pattern characters stand for themselves; channels without a slug have no slug', async () => {
  await observe('kick', { user: '1', slug: 'a_b', name: 'Straße', at: 1 })
  await observe('kick', { user: '2', slug: 'a_b', name: '100%', at: 2 })
  for (const text of ['', '  ', '@', '%', '_', '~', 'b', "'"]) expect(await find(text)).toEqual([])
  expect(await usersOf('STRASS')).toEqual(['1'])
  expect(await usersOf('100%')).toEqual(['2'])
  expect(await usersOf('a_')).toEqual(['2', '1'])
  expect(await find('straße')).toMatchObject([{ by: 'DISPLAY_NAME', slug: null }])
})

test('refuses what can not be searched', async () => {
  const refused: [Record<string, unknown>, string][] = [
    [{ text: 'a', first: 21 }, 'first must be from 0 to 20.'],
    [{ text: 'a\u0000b' }, 'text must be at most 100 characters, without control characters'],
    [{ text: 'a'.repeat(101) }, 'text must be at most 100 characters'],
  ]
  for (const [variables, message] of refused) {
    const { errors } = await api.ask(query, variables)
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
    ])
  }
})

const list = `query ($filter: ChannelFilter, $orderBy: ChannelOrder, $first: Int, $after: String) {
  channels(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    nodes { platformUserId } pageInfo { hasNextPage endCursor } } }`

test.each(['LAST_SEEN_DESC', 'FOLLOWERS_DESC', 'SLUG_ASC', 'FIRST_SEEN_DESC', 'VIEWERS_DESC', 'TRUST_SCORE_DESC'])(
  'filter.handle finds the same channels in the order %s, page by page',
  async (orderBy) => {
    const users = Array.from({ length: 7 }, (_, n) => String(100 + n))
    await observe('kick', ...users.map((user) => ({ user, slug: `old${user}`, at: 1 })))
    await observe('kick', ...users.slice(0, 3).map((user) => ({ user, slug: `n${user}`, name: `Old ${user}`, at: 2 })))
    await observe('kick', ...users.slice(3, 5).map((user) => ({ user, slug: `n${user}`, at: 2 })))
    await observe('kick', { user: '999', slug: 'else', at: 3 })
    await observe('twitch', { user: '1', slug: 'old', at: 3 })
    const read = async (filter: object) => {
      const found: string[] = []
      for (let after: string | null = null; ; ) {
        const { data, errors }: Awaited<ReturnType<TestApi['ask']>> = await api.ask(list, {
          filter,
          orderBy,
          first: 2,
          after,
        })
        expect(errors).toBeUndefined()
        found.push(...data.channels.nodes.map((node: { platformUserId: string }) => node.platformUserId))
        if (!data.channels.pageInfo.hasNextPage) return found.sort()
        after = data.channels.pageInfo.endCursor
      }
    }
    const all = ['1', ...users]
    expect(await read({ handle: 'OLD' })).toEqual(all)
    expect(await read({ handle: 'old', status: 'ONLINE' })).toEqual([])
    expect(await read({ handle: 'kick.com/old104' })).toEqual(['104'])
    expect(await read({ handle: 'https://twitch.tv/old104' })).toEqual([])
    expect(await read({ handle: '999' })).toEqual(['999'])
    expect(await read({ handle: ' ' })).toEqual([...all, '999'].sort())
  },
)

type Node = {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Index Name'?: string
  Plans?: Node[]
}

test('among 100,000 channels it reads by indexes, two statements for all that it finds', async () => {
  const { pool } = database.db
  // In pieces that no time limit of a statement can meet.
  for (let from = 1; from <= 100_000; from += 10_000) {
    const numbers = `generate_series(${from}, ${from + 9_999}) n`
    await pool.query(`INSERT INTO dm.streamer_channel (id, external_id, platform, platform_user_id, current_slug, display_name, status)
    SELECT n, lpad(n::text, 26, '0'), CASE WHEN n % 50 = 0 THEN 'twitch' ELSE 'kick' END, (n + 1000000)::text, 's' || n, 'Name ' || n,
      CASE WHEN n % 20 = 0 THEN 'online' ELSE 'offline' END FROM ${numbers}`)
    await pool.query(`INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until)
    SELECT n, CASE WHEN k = 1 THEN 's' ELSE 'old' END || n, '2026-01-01'::timestamptz + k * interval '1 day',
      CASE WHEN k = 0 THEN '2026-01-02'::timestamptz END
    FROM ${numbers}, generate_series(0, 1) k WHERE k = 1 OR n % 5 = 0`)
  }
  await pool.query('ANALYZE')
  const asked: [string, string][] = []
  const stop = database.db.onStatement((name, text) => asked.push([statementName(name), text]))
  expect(await usersOf('s')).toHaveLength(20)
  stop()
  expect(asked.map(([name]) => name)).toEqual(['channel_search', 'prisma'])
  const [, text] = asked[0]!
  const client = await pool.connect()
  try {
    await client.query(`PREPARE the_search (text[], text, text, text, text, bigint, int) AS ${text}`)
    const all = `ARRAY['kick', 'twitch', 'x']`
    const cases: [string, number][] = [
      [`${all}, 's', 's\u{10FFFF}', 's', NULL, NULL`, 200],
      [`${all}, 'old77', 'old77\u{10FFFF}', 'old77', NULL, NULL`, 200],
      [`${all}, 'name', 'name\u{10FFFF}', 'Name', NULL, NULL`, 200],
      [`${all}, '1000017', '1000017\u{10FFFF}', '1000017', '1000017', 1000017`, 1],
      // Few are on the platform: at most all that are live are looked at.
      [`ARRAY['twitch'], 'name', 'name\u{10FFFF}', 'name', NULL, NULL`, 5_000],
    ]
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await client.query(`SET plan_cache_mode = ${mode}`)
      for (const [values, most] of cases) {
        const { rows } = await client.query(
          `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE the_search (${values}, 20)`,
        )
        const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
        const scans = flat(rows[0]['QUERY PLAN'][0].Plan).filter((node) => /Scan/.test(node['Node Type']))
        expect(scans.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([])
        const read = scans.map((node) => node['Actual Rows'] * node['Actual Loops'])
        expect(Math.max(...read)).toBeLessThanOrEqual(most)
      }
    }
  } finally {
    client.release(true)
  }
})
