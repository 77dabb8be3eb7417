import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { silentLog } from '../../src/lib/log.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { at, nowMinutes, seconds, startMomentsApi } from '../support/http/moments-api.ts'
import { seed } from '../support/stores/seed.ts'

let moments: Awaited<ReturnType<typeof startMomentsApi>>
let services: Partial<CommandServices>

beforeAll(async () => {
  moments = await startMomentsApi()
  const { db, store } = moments
  services = { db, publicDb: db, clickHouse: store, env: 'test', log: silentLog, clock: () => at(nowMinutes).getTime() }
  const rows = seed(db)
  const channel = await rows.channel({ slug: 'after', displayName: 'After' })
  await rows.slugPeriod(channel, 'before', at(0), at(30))
  await rows.slugPeriod(channel, 'after', at(30), null)
  await rows.session(channel, at(10), at(20))
  await db.pool.query(
    `INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category)
     VALUES ($1, $2, $2, 'poll', 'The title', 'Chess')`,
    [channel, at(10)],
  )
  await moments.probe(channel, [
    { at: seconds(9) },
    { at: seconds(11), startedAt: seconds(10), viewers: 7, followers: 70 },
    ...[21, 22].map((minute) => ({ at: seconds(minute) })),
  ])
  const other = await rows.channel({ slug: 'before', displayName: 'Another' })
  await rows.slugPeriod(other, 'before', at(40), null)
})
afterAll(() => moments[Symbol.asyncDispose]())

const iso = (minutes: number): string => at(minutes).toISOString()
const lines = async (handle: string, minutes: number) =>
  (await askCommand(['channel', handle, '--at', iso(minutes)], { services })).lines

test('shows what was true of whoever had the name then', async () => {
  expect(await lines('before', 12)).toEqual([
    'after (kick)  After',
    `At ${iso(12)}`,
    '  name        before',
    '  status      live since 2026-05-01T00:10Z',
    '  broadcast   Chess: The title',
    `  viewers     7, counted ${iso(11)}`,
    '  followers   70',
  ])
  expect(await lines('before', 22)).toEqual([
    'after (kick)  After',
    `At ${iso(22)}`,
    '  name        before',
    '  status      offline',
    '  followers   70',
  ])
  expect((await lines('before', 50)).slice(0, 4)).toEqual([
    'before (kick)  Another',
    `At ${iso(50)}`,
    '  name        before',
    '  status      not known: nobody looked, or the probes of then are not kept',
  ])
})

test('tells a script the same', async () => {
  const [{ asOf }] = await askJson(['channel', 'before', '--at', iso(12)], { services })
  expect(asOf).toEqual({
    at: iso(12),
    slug: 'before',
    status: 'online',
    session: { id: expect.any(String), startedAt: iso(10) },
    title: 'The title',
    category: 'Chess',
    language: null,
    viewers: { count: 7, at: iso(11) },
    followerCount: 70,
  })
})

test('refuses the future, and a name that nobody had then, in one sentence', async () => {
  await expect(lines('after', nowMinutes + 1)).rejects.toThrow('--at must not be in the future.')
  await expect(lines('before', 35)).rejects.toThrow(`No channel of kick was seen as "before" at ${iso(35)}.`)
})
