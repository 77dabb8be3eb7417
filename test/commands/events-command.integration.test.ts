import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { silentLog } from '../../src/lib/log.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let services: Partial<CommandServices>
let insert: ReturnType<typeof seed>
let one: bigint
let two: bigint
beforeAll(async () => {
  database = await createTestDatabase()
  services = { db: database.db, log: silentLog, clock: Date.now }
  insert = seed(database.db)
  one = await insert.channel({ slug: 'one' })
  two = await insert.channel({ slug: 'two' })
  for (let hour = 0; hour < 30; hour++)
    await insert.event(
      hour % 3 === 0 ? two : one,
      new Date(Date.UTC(2026, 0, 1, hour)),
      hour % 2 ? 'stream_end' : 'stream_start',
    )
})
afterAll(() => database[Symbol.asyncDispose]())

const json = (...words: string[]) => askJson(['events', ...words], { services })
const hoursOf = (events: { occurredAt: string }[]) =>
  events.map(({ occurredAt }) => (Date.parse(occurredAt) - Date.UTC(2026, 0, 1)) / 3_600_000)
const hours = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

describe('events', () => {
  test('tells the newest 20, the oldest of them first', async () => {
    const { lines } = await askCommand(['events'], { services })
    expect(lines).toHaveLength(20)
    expect(lines.at(-1)).toBe('2026-01-02T05:00:00.000Z  stream_end       unknown → offline   poll      one (kick)')
    expect(hoursOf(await json())).toEqual(hours(10, 30))
    expect(hoursOf(await json('--limit', '3'))).toEqual(hours(27, 30))
  })

  test('tells those of a channel, a type, a platform and since an instant', async () => {
    expect(hoursOf(await json('two', '--since', '2026-01-01'))).toEqual(hours(0, 30).filter((hour) => hour % 3 === 0))
    expect(hoursOf(await json('--type', 'stream_end', '--since', '2026-01-02'))).toEqual([25, 27, 29])
    expect(await json('--platform', 'twitch')).toEqual([])
    expect(hoursOf(await json('--since', '2026-01-01', '--limit', '2'))).toEqual([0, 1])
    const range = ['--since', '2026-01-01T03:00Z', '--until', '2026-01-01T09:00Z']
    expect(hoursOf(await json('two', ...range))).toEqual([3, 6])
    expect(hoursOf(await json(...range))).toEqual(hours(3, 9))
    expect(hoursOf(await json('--until', '2026-01-02', '--limit', '2'))).toEqual([22, 23])
  })

  test('refuses a range that runs backward, and one with an end that is followed', async () => {
    await expect(json('--since', '2026-01-02', '--until', '2026-01-02')).rejects.toThrow(
      '--until must be after --since.',
    )
    await expect(json('--until', '2026-01-02', '--follow')).rejects.toThrow('Give --until or --follow, not both.')
  })

  test('goes on after a cursor, and refuses one of another journal', async () => {
    const [, , third] = await json('--since', '2026-01-01')
    expect(hoursOf(await json('--after', third.cursor))).toEqual(hours(3, 30))
    const other = Buffer.from('another:3').toString('base64url')
    await expect(json('--after', other)).rejects.toThrow('--after is a cursor of another journal')
    await expect(json('--after', 'nonsense')).rejects.toThrow(/after must be the cursor/)
    await expect(json('--after', third.cursor, '--since', '2026-01-01')).rejects.toThrow('not both')
  })

  test('with --follow tells what is there and then each event as it comes, once and in order, until it is stopped', async () => {
    const stop = new AbortController()
    const told: string[] = []
    const enough = Promise.withResolvers<void>()
    const beginning = Promise.withResolvers<void>()
    const following = askCommand(['events', 'one', '--follow', '--limit', '1', '--json'], {
      services,
      signal: stop.signal,
      onLine(line) {
        told.push(JSON.parse(line).occurredAt)
        beginning.resolve()
        if (told.length === 4) enough.resolve()
      },
    })
    await beginning.promise
    for (let hour = 40; hour < 43; hour++) {
      await insert.event(two, new Date(Date.UTC(2026, 0, 1, hour, 30)))
      await insert.event(one, new Date(Date.UTC(2026, 0, 1, hour)))
    }
    await enough.promise
    stop.abort()
    expect((await following).ok).toBe(true)
    expect(hoursOf(told.map((occurredAt) => ({ occurredAt })))).toEqual([29, 40, 41, 42])
  })
})
