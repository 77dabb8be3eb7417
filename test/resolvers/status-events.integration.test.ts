import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selectPage } from '../../src/resolvers/row-list.ts'
import { eventListRequest } from '../../src/resolvers/status-events.ts'
import { select } from '../../src/stores/postgres/model.ts'
import { type Answer, startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { cases } from '../support/lib/cases.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi
const channels: { id: bigint; slug: string; platform: string }[] = []
/** The events as they were written, in the order of their ids. */
const events: { id: bigint; channel: bigint; platform: string; type: 'STREAM_START' | 'STREAM_END'; at: number }[] = []

const hour = (n: number): Date => new Date(Date.UTC(2026, 3, 1, n))

beforeAll(async () => {
  database = await createTestDatabase()
  const seeding = seed(database.db)
  for (const [slug, platform] of [
    ['one', 'kick'],
    ['two', 'kick'],
    ['three', 'kick'],
    ['one', 'twitch'],
  ] as const)
    channels.push({ id: await seeding.channel({ slug, platform }), slug, platform })
  await seeding.slugPeriod(channels[2]!.id, 'former', hour(0), hour(1))
  // Several happened at one instant, and those that came late have greater ids.
  for (let n = 0; n < 60; n++) {
    const { id: channel, platform } = channels[(n * n) % 4]!
    const at = hour((n * 7) % 20)
    const type = n % 3 === 0 ? 'stream_end' : 'stream_start'
    const id = await seeding.event(channel, at, type)
    events.push({
      id,
      channel,
      platform,
      type: type === 'stream_end' ? 'STREAM_END' : 'STREAM_START',
      at: at.getTime(),
    })
  }
  api = await startTestApi({ db: database.db })
  await api.services.cursors.known()
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Asked = {
  channels: string[] | null
  slugs: string[] | null
  platform: string | null
  type: string | null
  range: { from: string; to: string } | null
}

const query = `query ($channels: [ID!], $slugs: [String!], $platform: Platform, $type: StatusEventType, $range: TimeRange, $first: Int, $after: String) {
  statusEvents(channels: $channels, slugs: $slugs, platform: $platform, type: $type, range: $range, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor } } }`

const ofChannel = `query ($id: ID!, $type: StatusEventType, $range: TimeRange, $first: Int, $after: String) {
  channel(id: $id) { statusEvents(type: $type, range: $range, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`

/** The ids of all pages, by both ways of answering. */
const walk = async (text: string, variables: object, first: number): Promise<string[]> => {
  const found: string[] = []
  for (let after: string | null = null; ; ) {
    const page: object = { ...variables, first, after }
    const [compiled, executed]: Answer[] = [await api.ask(text, page), await api.execute(text, page)]
    expect(compiled!.errors).toBeUndefined()
    expect(executed!.data).toEqual(compiled!.data)
    const { nodes, pageInfo } = (compiled!.data.channel ?? compiled!.data).statusEvents
    found.push(...nodes.map(({ id }: { id: string }) => id))
    if (!pageInfo.hasNextPage) return found
    after = pageInfo.endCursor
  }
}

const globalIdOf = async (): Promise<Map<bigint, string>> => {
  const { data } = await api.ask('{ statusEvents(first: 100) { nodes { id } } }')
  const newest = events.toSorted((a, b) => Number(b.id - a.id))
  return new Map(newest.map(({ id }, n) => [id, data.statusEvents.nodes[n].id]))
}

const holders = (names: readonly string[], platform: string | undefined): bigint[] =>
  names.flatMap((name) => {
    const slug = name === 'former' ? 'three' : name
    return channels
      .filter((one) => one.slug === slug && (platform === undefined || one.platform === platform))
      .map(({ id }) => id)
  })

const wantedEvents = ({ channels, slugs, platform, type, range }: Asked) => {
  const named = channels || slugs
  const among = new Set([...(channels ?? []).map(BigInt), ...holders(slugs ?? [], platform?.toLowerCase())])
  return events
    .filter(
      (event) =>
        (!named || among.has(event.channel)) &&
        (platform === null || event.platform === platform.toLowerCase()) &&
        (type === null || event.type === type) &&
        (range === null || (event.at >= Date.parse(range.from) && event.at < Date.parse(range.to))),
    )
    .sort((a, b) => (range === null ? 0 : b.at - a.at) || Number(b.id - a.id))
}

test('every page of every question equals the plain answer', async () => {
  const ids = await globalIdOf()
  const asked = fc.record<Asked>({
    channels: fc.option(fc.subarray([...channels.map(({ id }) => String(id)), '987654321'], { minLength: 1 })),
    slugs: fc.option(fc.subarray(['one', 'two', 'former', 'nobody'], { minLength: 1 })),
    platform: fc.option(fc.constantFrom('KICK', 'TWITCH')),
    type: fc.option(fc.constantFrom('STREAM_START', 'STREAM_END')),
    range: fc.option(
      fc
        .tuple(fc.nat({ max: 21 }), fc.nat({ max: 21 }))
        .map(([a, b]) => ({ from: hour(Math.min(a, b)).toISOString(), to: hour(Math.max(a, b)).toISOString() })),
    ),
  })
  await fc.assert(
    fc.asyncProperty(asked, fc.integer({ min: 3, max: 70 }), async (variables, first) => {
      expect(await walk(query, variables, first)).toEqual(wantedEvents(variables).map(({ id }) => ids.get(id)))
      const { type, range } = variables
      const own = { channels: [String(channels[0]!.id)], slugs: null, platform: null, type, range }
      expect(await walk(ofChannel, { id: channels[0]!.id.toString(), type, range }, first)).toEqual(
        wantedEvents(own).map(({ id }) => ids.get(id)),
      )
    }),
    { numRuns: cases(20) },
  )
})

describe('a question that can not be answered is refused with one sentence', () => {
  const together = 'channels and slugs together must name 1 to 100 channels; leave out both to ask for all.'
  test.each([
    ['names of nobody', { channels: [] }, together],
    ['too many names', { slugs: Array.from({ length: 101 }, (_, n) => `s${n}`) }, together],
    ['what can be no slug', { slugs: ['no slug'] }, 'slugs must be 1 to 40 letters, digits, "_" or "-".'],
    [
      'what can be no id',
      { channels: ['x'] },
      'channels must be the id of a channel: a global id, a ULID or a number from 1 to 9223372036854775807.',
    ],
    ['a range that runs backward', { range: { from: hour(2), to: hour(1) } }, 'range.from must not be after range.to.'],
  ])('%s', async (_, variables, message) => {
    const { errors } = await api.ask(query, variables)
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }])
  })

  test('a cursor of the list by time, without the range', async () => {
    const range = { from: hour(0), to: hour(20) }
    const { data } = await api.ask(query, { range, first: 1 })
    const { errors } = await api.ask(query, { after: data.statusEvents.pageInfo.endCursor })
    expect(errors).toMatchObject([{ message: 'The cursor is not valid for this list.' }])
  })
})

test('events of named channels are one statement', async () => {
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  await api.ask(query, { slugs: ['one', 'two', 'former'], range: { from: hour(0), to: hour(20) } })
  stop()
  expect(seen).toEqual(['compiled'])
})

test('no plan reads the journal beyond the range or the channels', async () => {
  const { pool } = database.db
  await pool.query(`INSERT INTO dm.streamer_channel (id, external_id, platform, platform_user_id)
    SELECT n, lpad(n::text, 26, '0'), 'kick', 'many-' || n FROM generate_series(1001, 1500) n`)
  // In pieces that no time limit of a statement can meet.
  for (let from = 1; from <= 100_000; from += 10_000)
    await pool.query(`INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, event_timestamp,
        received_timestamp, processed_timestamp)
      SELECT 1001 + n % 500, 'stream_start', 'unknown', 'online', 'poll', t, t, t
      FROM (SELECT n, now() - interval '20 days' + n * interval '15 seconds' AS t FROM generate_series(${from}, ${from + 9_999}) n) x`)
  await pool.query('ANALYZE')
  const range = { from: new Date(Date.now() - 19 * 86_400_000), to: new Date(Date.now() - 18 * 86_400_000) }
  for (const args of [{ range }, { slugs: ['one'], range }, { slugs: ['one'] }]) {
    const request = { limit: 21, backward: false, beyond: null }
    const { statement } = selectPage(
      'test_plan',
      eventListRequest(args),
      request,
      select('StatusEvent', undefined, 'r'),
    )
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${statement.text}`)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    const used = new Set([...plan.matchAll(/status_event_(?:default|\d+)_(\w+?_idx)/g)].map(([, index]) => index))
    expect([...used], plan).toEqual([expect.stringMatching(args.slugs ? /^channel_id_/ : /^event_timestamp_/)])
    expect(plan).not.toMatch(/Seq Scan on status_event_(default|\d+) \w+ .*rows=\d{4,}/)
  }
})
