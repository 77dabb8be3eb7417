import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { silentLog } from '../../src/lib/log.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
let services: Partial<CommandServices>

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n))

beforeAll(async () => {
  database = await createTestDatabase()
  services = { db: database.db, log: silentLog }
  const see = (platform: string, user: string, seen: { slug?: string; isBanned?: boolean }, n: number) =>
    upsertChannels(database.db, platform, [{ platformUserId: user, ...seen, observedAt: day(n) }], { log: silentLog })
  await see('kick', '1', { slug: 'a' }, 1)
  await see('kick', '1', { slug: 'b' }, 2)
  await see('kick', '2', { slug: 'b' }, 3)
  await see('twitch', '3', { slug: 'x', isBanned: true }, 4)
  await see('twitch', '3', { slug: 'y', isBanned: false }, 5)
  await see('kick', '2', { isBanned: true }, 6)
})
afterAll(() => database[Symbol.asyncDispose]())

const lines = async (...words: string[]) => (await askCommand(words, { services })).lines
const json = (...words: string[]) => askJson(words, { services })

describe('renames', () => {
  test('lists changes of names, newest first, with how the channel is called now', async () => {
    expect(await lines('renames')).toEqual([
      '2026-01-05T00:00Z  x → y  (twitch)',
      '2026-01-03T00:00Z  b → no name  now account 1 (kick)',
      '2026-01-02T00:00Z  a → b  now account 1 (kick)',
      '3 renames',
    ])
    expect(await lines('renames', '--from', '2026-01-02', '--to', '2026-01-03')).toEqual([
      '2026-01-02T00:00Z  a → b  now account 1 (kick)',
      '1 rename',
    ])
  })

  test('tells a script the same', async () => {
    expect(await json('renames', '--platform', 'twitch')).toEqual([
      {
        channel: { id: expect.any(String), channelId: expect.any(String), platform: 'twitch', slug: 'y' },
        from: 'x',
        to: 'y',
        observedAt: '2026-01-05T00:00:00.000Z',
      },
    ])
  })
})

describe('bans', () => {
  test('lists those that began or ended in the range', async () => {
    expect(await lines('bans')).toEqual([
      '2026-01-06T00:00Z  b (kick)  still banned',
      '2026-01-04T00:00Z  y (twitch)  back 2026-01-05T00:00Z',
      '2 bans',
    ])
    expect(await lines('bans', '--from', '2026-01-05', '--to', '2026-01-06')).toEqual([
      '2026-01-04T00:00Z  y (twitch)  back 2026-01-05T00:00Z',
      '1 ban',
    ])
    expect(await json('bans', '--platform', 'kick')).toMatchObject([
      { channel: { slug: 'b' }, bannedAt: '2026-01-06T00:00:00.000Z', returnedAt: null },
    ])
  })
})

test.each(['renames', 'bans'])('%s refuses a range that runs backward in one sentence', async (name) => {
  await expect(lines(name, '--from', '2026-01-02', '--to', '2026-01-01')).rejects.toThrow('--to must be after --from.')
})

test('everything is listed, however many pages it has', async () => {
  const many = (n: number) =>
    Array.from({ length: 600 }, (_, user) => ({
      platformUserId: `many-${user}`,
      slug: `many-${user}-${n}`,
      isBanned: n === 20,
      observedAt: day(n),
    }))
  for (const n of [10, 20]) await upsertChannels(database.db, 'kick', many(n), { log: silentLog })
  expect(await json('renames', '--from', '2026-01-20')).toHaveLength(600)
  expect(await json('bans', '--from', '2026-01-20')).toHaveLength(600)
})
