import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { type Answer, startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { truncate } from '../support/stores/truncate.ts'

let database: TestDatabase
let api: TestApi

const start = Date.UTC(2026, 0, 1)
const instant = (step: number): Date => new Date(start + step * 1000)
const clear = () => truncate(database.db, 'dm.streamer_channel CASCADE')

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(clear)

/** A lookup of a user; without a flag it tells another fact. */
type Lookup = { user: string; at: number; isBanned?: boolean; name?: string }

const observe = (platform: string, ...lookups: Lookup[]) =>
  upsertChannels(
    database.db,
    platform,
    lookups.map(({ user, at, isBanned, name }) => ({
      platformUserId: user,
      observedAt: instant(at),
      ...(isBanned !== undefined && { isBanned }),
      ...(name !== undefined && { displayName: name }),
    })),
    { log: silentLog },
  )

type Ban = { user: string; from: number; until: number | null }
type Row = { channel: { platformUserId: string }; bannedAt: string; returnedAt: string | null }

const stepOf = (text: string): number => (Date.parse(text) - start) / 1000

const query = `query ($range: TimeRange!, $by: BanInstant, $platform: Platform, $first: Int, $after: String) {
  bans(range: $range, by: $by, platform: $platform, first: $first, after: $after) {
    nodes { channel { platformUserId } bannedAt returnedAt } pageInfo { hasNextPage endCursor } } }`

/** All pages of the bans between two steps, by both ways of answering. */
const bansOf = async (from: number, to: number, more: object = {}, first = 100): Promise<Ban[]> => {
  const range = { from: instant(from).toISOString(), to: instant(to).toISOString() }
  const found: Row[] = []
  for (let after: string | null = null; ; ) {
    const variables: object = { range, first, after, ...more }
    const [compiled, executed]: Answer[] = [await api.ask(query, variables), await api.execute(query, variables)]
    expect(compiled!.errors).toBeUndefined()
    expect(executed!.data).toEqual(compiled!.data)
    found.push(...compiled!.data.bans.nodes)
    if (!compiled!.data.bans.pageInfo.hasNextPage) break
    after = compiled!.data.bans.pageInfo.endCursor
  }
  return found.map(({ channel, bannedAt, returnedAt }) => ({
    user: channel.platformUserId,
    from: stepOf(bannedAt),
    until: returnedAt === null ? null : stepOf(returnedAt),
  }))
}

test('a ban is kept from when we noticed it until the channel is seen again, and listed by either instant', async () => {
  await observe('kick', { user: '1', at: 1, isBanned: false }, { user: '2', at: 1 })
  await observe('kick', { user: '1', at: 10, isBanned: true })
  // It is banned when it is seen for the first time.
  await observe('twitch', { user: '3', at: 20, isBanned: true })
  await observe('kick', { user: '1', at: 30, isBanned: true }, { user: '2', at: 30, isBanned: true })
  await observe('kick', { user: '1', at: 40, isBanned: false })
  const [one, two, three] = [
    { user: '1', from: 10, until: 40 },
    { user: '2', from: 30, until: null },
    { user: '3', from: 20, until: null },
  ]
  expect(await bansOf(0, 50)).toEqual([two, three, one])
  expect(await bansOf(10, 30)).toEqual([three, one])
  expect(await bansOf(0, 50, { platform: 'TWITCH' })).toEqual([three])
  expect(await bansOf(0, 50, { by: 'RETURNED_AT' })).toEqual([one])
  expect(await bansOf(41, 50, { by: 'RETURNED_AT' })).toEqual([])
  const own =
    '{ channels(orderBy: FIRST_SEEN_DESC, filter: { platform: KICK }) { nodes { platformUserId isBanned bans { bannedAt returnedAt } } } }'
  const { data } = await api.ask(own)
  expect((await api.execute(own)).data).toEqual(data)
  expect(data.channels.nodes).toEqual([
    { platformUserId: '2', isBanned: true, bans: [{ bannedAt: instant(30).toISOString(), returnedAt: null }] },
    {
      platformUserId: '1',
      isBanned: false,
      bans: [{ bannedAt: instant(10).toISOString(), returnedAt: instant(40).toISOString() }],
    },
  ])
})

test('follows the flag of the newest lookup, in whatever order and how often lookups come', async () => {
  const lookup = fc.record<Lookup>(
    {
      user: fc.constantFrom('1', '2'),
      at: fc.integer({ min: 1, max: 30 }),
      isBanned: fc.boolean(),
      name: fc.constantFrom('a', 'b'),
    },
    { requiredKeys: ['user', 'at'] },
  )
  const range = fc.tuple(fc.nat({ max: 32 }), fc.nat({ max: 32 }))
  await fc.assert(
    fc.asyncProperty(fc.array(lookup, { minLength: 1, maxLength: 16 }), range, async (trace, [a, b]) => {
      await clear()
      // The plain model: what is not newer than all before says nothing.
      const users = new Map<string, { at: number; isBanned: boolean; bans: Ban[] }>()
      for (const { user, at, isBanned, name } of trace) {
        await observe('kick', {
          user,
          at,
          ...(isBanned !== undefined && { isBanned }),
          ...(name !== undefined && { name }),
        })
        const known = users.get(user) ?? { at: -1, isBanned: false, bans: [] }
        users.set(user, known)
        if (at <= known.at) continue
        known.at = at
        if (isBanned === undefined || isBanned === known.isBanned) continue
        known.isBanned = isBanned
        if (isBanned) known.bans.push({ user, from: at, until: null })
        else known.bans.at(-1)!.until = at
      }
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const all = [...users.values()].flatMap(({ bans }) => bans)
      const sorted = (bans: Ban[]) => bans.map((ban) => JSON.stringify(ban)).sort()
      expect(sorted(await bansOf(from, to, {}, 2))).toEqual(
        sorted(all.filter((ban) => ban.from >= from && ban.from < to)),
      )
      expect(sorted(await bansOf(from, to, { by: 'RETURNED_AT' }, 2))).toEqual(
        sorted(all.filter(({ until }) => until !== null && until >= from && until < to)),
      )
      const { data } = await api.ask('{ channels { nodes { platformUserId isBanned } } }')
      expect(data.channels.nodes).toHaveLength(users.size)
      for (const { platformUserId, isBanned } of data.channels.nodes)
        expect(isBanned).toBe(users.get(platformUserId)!.isBanned)
    }),
    { numRuns: 25 },
  )
})

test('a page is one statement, goes with its channels, and a range that runs backward is refused', async () => {
  await observe('kick', ...Array.from({ length: 30 }, (_, n) => ({ user: String(n), at: 5, isBanned: true })))
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  const range = { from: instant(0), to: instant(9) }
  const { data } = await api.ask(query, { range })
  stop()
  expect(data.bans.nodes).toHaveLength(20)
  expect(seen).toEqual(['compiled'])
  await database.db.pool.query(`DELETE FROM dm.streamer_channel WHERE platform_user_id <> '7'`)
  expect(await bansOf(0, 9)).toEqual([{ user: '7', from: 5, until: null }])
  const { errors } = await api.ask(query, { range: { from: instant(2), to: instant(1) } })
  expect(errors).toMatchObject([{ message: 'range.from must not be after range.to.' }])
})
