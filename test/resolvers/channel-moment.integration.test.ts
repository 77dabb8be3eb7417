import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { at, type Moment, momentFields, nowMinutes, seconds, startMomentsApi } from '../support/http/moments-api.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

let moments: Awaited<ReturnType<typeof startMomentsApi>>

beforeAll(async () => {
  moments = await startMomentsApi()
})
afterAll(() => moments[Symbol.asyncDispose]())

const insertDetail = statement(
  'test_detail',
  `INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, category) VALUES ($1, $2, $3, 'poll', $4)`,
)

const nothing: Moment = {
  slug: null,
  status: 'UNKNOWN',
  session: null,
  chapter: null,
  viewers: null,
  followerCount: null,
}

test('a channel at an instant is what was known to be true of it then', async () => {
  const channel = await seed(moments.db).channel({ slug: 'moment-b' })
  await seed(moments.db).slugPeriod(channel, 'moment-a', at(10), at(20))
  await seed(moments.db).slugPeriod(channel, 'moment-b', at(30), null)
  await seed(moments.db).session(channel, at(40), at(60), 'the title')
  await moments.db.query(insertDetail, [channel, at(40), at(40), 'chess'])
  await moments.db.query(insertDetail, [channel, at(40), at(50), 'poker'])
  await moments.probe(channel, [
    { at: seconds(10), elapsed: 0, followers: 5 },
    ...[11, 12, 13].map((minute) => ({ at: seconds(minute) })),
    // Nobody looked for a quarter of an hour.
    { at: seconds(28), elapsed: 900 },
    ...[29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40].map((minute) => ({ at: seconds(minute), followers: null })),
    { at: seconds(41), startedAt: seconds(40), viewers: 7, followers: 6 },
    { at: seconds(42), startedAt: seconds(40), viewers: null },
    ...[43, 44, 45, 46, 47, 48, 49, 50, 51].map((minute) => ({
      at: seconds(minute),
      startedAt: seconds(40),
      viewers: minute,
    })),
  ])
  const [before, first, second, outage, none, begun, seen, hidden, change, last, over] = await moments.momentsOf(
    channel,
    [9, 10, 15.4, 15.5, 28.5, 40.5, 41.5, 42.5, 50, 51.5, 60],
  )
  expect(before).toEqual(nothing)
  expect(first).toEqual({ ...nothing, slug: 'moment-a', status: 'OFFLINE', followerCount: 5 })
  // A look stands for two and a half intervals.
  expect(second).toEqual({ ...nothing, slug: 'moment-a', status: 'OFFLINE', followerCount: 5 })
  expect(outage).toEqual({ ...nothing, slug: 'moment-a', followerCount: 5 })
  expect(none).toEqual({ ...nothing, status: 'OFFLINE', followerCount: 5 })
  const live = { ...nothing, slug: 'moment-b', status: 'ONLINE', session: { title: 'the title' } }
  // The probe of then saw no broadcast, so it counted nobody.
  expect(begun).toEqual({ ...live, chapter: { category: 'chess' }, followerCount: 5 })
  const count = (minute: number, viewers: number) => ({ count: viewers, at: at(minute).toISOString() })
  expect(seen).toEqual({ ...live, chapter: { category: 'chess' }, viewers: count(41, 7), followerCount: 6 })
  expect(hidden).toEqual({ ...live, chapter: { category: 'chess' }, followerCount: 6 })
  expect(change).toEqual({ ...live, chapter: { category: 'poker' }, viewers: count(50, 50), followerCount: 6 })
  expect(last).toEqual({ ...live, chapter: { category: 'poker' }, viewers: count(51, 51), followerCount: 6 })
  expect(over).toEqual({ ...nothing, slug: 'moment-b', followerCount: 6 })
})

test('a count is of the broadcast that was on, not of the one before', async () => {
  const channel = await seed(moments.db).channel({ slug: 'again' })
  await seed(moments.db).session(channel, at(10), at(12.5), 'first')
  await seed(moments.db).session(channel, at(12.6), null, 'second')
  await moments.probe(channel, [
    { at: seconds(12), startedAt: seconds(10), viewers: 7 },
    { at: seconds(13), startedAt: seconds(12.6), viewers: 8 },
  ])
  const found = await moments.momentsOf(channel, [12, 12.7, 13])
  expect(found.map(({ session, viewers }) => [session?.title, viewers?.count])).toEqual([
    ['first', 7],
    ['second', undefined],
    ['second', 8],
  ])
})

test('the plan of a probe that follows lost ones says nothing of the time before them', async () => {
  const channel = await seed(moments.db).channel({})
  // Five minutes were planned before the last probe, and one before those that are lost.
  await moments.probe(channel, [{ at: seconds(10) }, { at: seconds(20), elapsed: 300, interval: 300 }])
  const found = await moments.momentsOf(channel, [12.4, 12.6, 21])
  expect(found.map(({ status }) => status)).toEqual(['OFFLINE', 'UNKNOWN', 'OFFLINE'])
})

test('nothing is known of the status on a platform that tells none', async () => {
  const channel = await seed(moments.db).channel({ platform: 'x', status: 'unknown' })
  await moments.probe(channel, [{ platform: 'x', at: seconds(10), followers: 9 }])
  expect(await moments.momentsOf(channel, [10])).toEqual([{ ...nothing, followerCount: 9 }])
})

test('an instant that has not come yet is refused with one sentence, and one of long ago is answered', async () => {
  const channel = await seed(moments.db).channel({})
  const query = `query ($at: DateTime!) { channel(id: "${channel}") { asOf(at: $at) { ${momentFields} } } }`
  const future = await moments.api.ask(query, { at: at(nowMinutes + 0.001).toISOString() })
  expect(future.errors).toMatchObject([
    { message: 'at must not be in the future.', extensions: { code: 'BAD_USER_INPUT' } },
  ])
  for (const long of ['1900-01-01T00:00:00Z', '1969-12-31T00:00:00Z', '2000-01-01T00:00:00Z']) {
    const { data, errors } = await moments.api.ask(query, { at: long })
    expect(errors).toBeUndefined()
    expect(data.channel.asOf).toMatchObject(nothing)
  }
})

test('whoever had a slug then is found, and had it then: after swaps and after going back', async () => {
  const see = (user: string, slug: string, minute: number) => ({ platformUserId: user, slug, observedAt: at(minute) })
  for (const [one, two, minute] of [
    ['swap-a', 'swap-b', 10],
    ['swap-b', 'swap-a', 20],
    ['swap-a', 'swap-b', 30],
    ['swap-c', 'swap-b', 40],
  ] as const)
    await upsertChannels(moments.db, 'kick', [see('one', one, minute), see('two', two, minute)], { log: silentLog })
  const holders = { 'swap-a': ['one', 'two', 'one', undefined], 'swap-b': ['two', 'one', 'two', 'two'] }
  for (const [slug, users] of Object.entries(holders))
    for (const [n, user] of users.entries()) {
      const instant = JSON.stringify(at(10 * n + 19.99).toISOString())
      const query = `{ channel(slug: "${slug}", at: ${instant}) { platformUserId asOf(at: ${instant}) { slug } } }`
      const { data } = await moments.api.ask(query)
      expect(data.channel).toEqual(user === undefined ? null : { platformUserId: user, asOf: { slug } })
    }
})

test('a page of channels at several instants costs the same statements as one channel at one', async () => {
  await seed(moments.db).fullChannels(12)
  const costOf = async (way: 'ask' | 'execute', channels: number, instants: number): Promise<string[]> => {
    const aliases = Array.from({ length: instants }, (_, n) => {
      const instant = new Date(Date.UTC(2026, 1, 1 + n, 0, 30)).toISOString()
      return `m${n}: asOf(at: "${instant}") { slug status session { title channel { slug } } chapter { title } viewers { count } followerCount }`
    })
    const query = `{ channels(first: ${channels}, filter: { status: ONLINE }) { nodes { ${aliases.join(' ')} } } }`
    moments.takeAsked()
    const { data, errors } = await moments.api[way](query)
    expect(errors).toBeUndefined()
    expect(data.channels.nodes).toHaveLength(channels)
    return moments.takeAsked().sort()
  }
  for (const way of ['ask', 'execute'] as const) expect(await costOf(way, 12, 4)).toEqual(await costOf(way, 1, 1))
  expect(await costOf('ask', 12, 4)).toMatchInlineSnapshot(`
    [
      "chapters_of_sessions",
      "compiled",
      "prisma",
      "probes_at",
      "sessions_of_moments",
      "slugs_at",
    ]
  `)
})
