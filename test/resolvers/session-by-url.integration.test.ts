import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statement } from '../../src/stores/postgres/statement.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi

const clock = (time: string) => new Date(`2026-03-0${time}:00Z`)

const watch = statement(
  'test_watch',
  'INSERT INTO dm.probe_schedule (channel_id, last_live_at, live_started_at) VALUES ($1, $2, $3)',
)

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  const seeding = seed(db)
  // `first` was called "name" until the 3rd, and `second` is since the 4th.
  const first = await seeding.channel({ slug: 'renamed' })
  await seeding.slugPeriod(first, 'name', clock('1T00:00'), clock('3T00:00'))
  await seeding.slugPeriod(first, 'renamed', clock('3T00:00'), null)
  await seeding.session(first, clock('1T10:00'), clock('1T12:00'), 'first, morning')
  await seeding.session(first, clock('1T12:05'), clock('1T14:00'), 'first, noon')
  await seeding.session(first, clock('2T20:00'), clock('3T04:00'), 'first, over midnight')
  const second = await seeding.channel({ slug: 'name' })
  await seeding.slugPeriod(second, 'name', clock('4T00:00'), null)
  await seeding.session(second, clock('4T10:00'), null, 'second, open')
  await db.query(watch, [second, clock('4T11:30'), clock('4T10:00')])
  // The last broadcast that was seen is not the one that is open.
  const third = await seeding.channel({ slug: 'pushed' })
  await seeding.slugPeriod(third, 'pushed', clock('1T00:00'), null)
  await seeding.session(third, clock('4T10:00'), null, 'third, known by a webhook only')
  await db.query(watch, [third, clock('4T12:00'), clock('2T10:00')])
  const twitch = await seeding.channel({ slug: 'name', platform: 'twitch' })
  await seeding.slugPeriod(twitch, 'name', clock('1T00:00'), null)
  await seeding.session(twitch, clock('1T11:00'), clock('1T13:00'), 'twitch')
  // Reads nothing from ClickHouse, so there is none.
  api = await startTestApi({ db })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const query = `query ($url: String!, $at: DateTime!) { streamSessionByUrl(url: $url, at: $at) { title } }`

const titleAt = async (url: string, at: Date): Promise<string | null> => {
  const { data, errors } = await api.ask(query, { url, at: at.toISOString() })
  expect(errors).toBeUndefined()
  return data.streamSessionByUrl?.title ?? null
}

describe('the session of a stream URL', () => {
  test.each([
    ['https://kick.com/name', '1T10:00', 'first, morning'],
    ['https://kick.com/name', '1T11:59', 'first, morning'],
    ['https://kick.com/name', '1T12:04', 'first, morning'],
    ['https://kick.com/name', '1T12:05', 'first, noon'],
    ['HTTPS://WWW.KICK.COM/NAME/?a=b#c', '1T13:00', 'first, noon'],
    ['https://kick.com/name/videos/3f0f0c1e-6a1c-4f0e-9b5a-0a8b1c2d3e4f', '1T13:00', 'first, noon'],
    ['https://kick.com/name', '1T14:15', 'first, noon'],
    ['https://kick.com/name', '2T23:59', 'first, over midnight'],
    ['https://kick.com/renamed', '3T00:00', 'first, over midnight'],
    ['https://kick.com/name', '4T10:30', 'second, open'],
    ['https://kick.com/name', '4T11:45', 'second, open'],
    ['https://kick.com/pushed', '4T10:15', 'third, known by a webhook only'],
    ['https://m.twitch.tv/Name', '1T11:30', 'twitch'],
  ])('%s at %s is "%s"', async (url, at, title) => {
    expect(await titleAt(url, clock(at))).toBe(title)
  })

  test.each([
    ['before the broadcast', 'https://kick.com/name', '1T09:59'],
    ['over a quarter of an hour after its end', 'https://kick.com/name', '1T14:16'],
    ['over a quarter of an hour after it was last seen', 'https://kick.com/name', '4T11:46'],
    ['long after a broadcast that only a webhook told of began', 'https://kick.com/pushed', '4T12:00'],
    ['under a slug that nobody had any more', 'https://kick.com/name', '3T00:00'],
    ['under a slug that the channel did not have yet', 'https://kick.com/renamed', '2T23:59'],
    ['of a channel nobody knows', 'https://kick.com/nobody', '1T11:00'],
    ['of a recording without a channel', 'https://kick.com/video/3f0f0c1e-6a1c-4f0e-9b5a-0a8b1c2d3e4f', '1T11:00'],
    ['of the front page', 'https://www.twitch.tv', '1T11:00'],
  ])('is null %s', async (_, url, at) => {
    expect(await titleAt(url, clock(at))).toBeNull()
  })

  test('is null at the ends of time', async () => {
    for (const at of ['1900-01-01T00:00:00Z', '2299-12-31T23:59:59Z'])
      expect(await titleAt('https://kick.com/name', new Date(at))).toBeNull()
  })

  test.each([
    'nothing',
    'javascript:alert(1)',
    'https://example.com/name',
    'https://user:secret@kick.com/name',
    'https://k\u0456ck.com/name',
    `https://kick.com/${'x'.repeat(10_000)}`,
    'https://kick.com\u0000/name',
  ])('refuses %j with one sentence', async (url) => {
    const { data, errors } = await api.ask(query, { url, at: clock('1T11:00').toISOString() })
    expect(data).toEqual({ streamSessionByUrl: null })
    expect(errors).toEqual([
      expect.objectContaining({
        message:
          'url must be the address of a stream, like "https://kick.com/name" or "https://www.twitch.tv/name", of at most 2048 characters.',
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ])
  })

  test('costs the same statements for one and for thirty in one operation', async () => {
    const statementsOf = async (count: number): Promise<string[]> => {
      const seen: string[] = []
      const stop = database.db.onStatement((name) => seen.push(statementName(name)))
      const fields = Array.from({ length: count }, (_, n) => {
        const at = new Date(clock('1T12:00').getTime() + n * 60_000).toISOString()
        return `a${n}: streamSessionByUrl(url: "https://kick.com/name?n=${n}", at: "${at}") { title }`
      })
      const { data, errors } = await api.ask(`{ ${fields.join(' ')} }`)
      stop()
      expect(errors).toBeUndefined()
      expect(Object.values(data).map((session) => (session as { title: string }).title)).toEqual(
        fields.map((_, n) => (n < 5 ? 'first, morning' : 'first, noon')),
      )
      return seen.sort()
    }
    const one = await statementsOf(1)
    expect(await statementsOf(30)).toEqual(one)
    expect(one).toEqual(['channel_ids_by_slugs_at', 'prisma', 'sessions_at'])
  })
})
