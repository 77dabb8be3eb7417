import { describe, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { type BatchPart, createBisectingFetch } from '../../src/platforms/bisecting-fetch.ts'
import type { CallResult, Platform } from '../../src/platforms/platform.ts'
import { createXPlatform } from '../../src/platforms/x/x-platform.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { createProfileRefresh } from '../../src/workers/refresh-profiles.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createVirtualTimer } from '../support/lib/virtual-timer.ts'
import { startKickAgainst } from '../support/platforms/kick-against.ts'
import type { Reply, SeenRequest } from '../support/platforms/scripted-http.ts'
import { startTwitchAgainst } from '../support/platforms/twitch-against.ts'
import { startXServer } from '../support/platforms/x-server.ts'
import { statement } from '../support/stores/statement.ts'
import { startPollerFixture } from '../support/workers/poller-fixture.ts'

const culprit = '203'
const idsFrom = (count: number) => Array.from({ length: count }, (_, n) => String(190 + n))

type Batched = Pick<Platform, 'name'> & {
  size: number
  ask(ids: readonly string[]): Promise<CallResult<ReadonlyMap<string, unknown>>>
  calls(): number
  refuse(reply: Reply | null): void
}

const kickLive = (id: string) => ({
  id: `stream-${id}`,
  broadcaster_user: { id: Number(id), username: `user ${id}`, profile_picture: '' },
  channel: { slug: `user-${id}` },
  started_at: '2026-11-22T11:00:00Z',
  viewer_count: 5,
})
const kickRows: Record<string, { name: string; row(id: string): object }> = {
  '/public/v1/users/livestreams': { name: 'user_id', row: kickLive },
  '/public/v1/channels': {
    name: 'broadcaster_user_id',
    row: (id) => ({ broadcaster_user_id: Number(id), slug: `user-${id}` }),
  },
  '/public/v1/users': { name: 'id', row: (id) => ({ user_id: Number(id), name: `User ${id}`, profile_picture: '' }) },
}

const onKick = async (stack: AsyncDisposableStack): Promise<Batched & { platform: Platform }> => {
  const setup = stack.use(
    await startKickAgainst({
      api: ({ path, query }: SeenRequest) => {
        const { name, row } = kickRows[path]!
        return { json: { data: query.getAll(name).map(row), message: 'OK' } }
      },
    }),
  )
  return {
    name: 'kick',
    platform: setup.kick,
    size: 100,
    ask: setup.kick.fetchLive,
    calls: () => setup.apiCalls().length,
    refuse: (reply) => (reply ? setup.server.refusing.set(culprit, reply) : setup.server.refusing.clear()),
  }
}

const onTwitch = async (stack: AsyncDisposableStack): Promise<Batched & { platform: Platform }> => {
  const { twitch, server } = stack.use(await startTwitchAgainst())
  for (const id of idsFrom(100)) {
    server.add({ id })
    server.streams.set(id, { id: `s${id}`, type: 'live', started_at: '2026-11-22T11:00:00Z', viewer_count: 5 })
  }
  return {
    name: 'twitch',
    platform: twitch,
    size: 100,
    ask: twitch.fetchLive,
    calls: () => server.apiCalls().length,
    refuse: (reply) => (reply ? server.refusing.set(culprit, reply) : server.refusing.clear()),
  }
}

const onX = async (stack: AsyncDisposableStack): Promise<Batched> => {
  const server = stack.use(await startXServer())
  for (const id of idsFrom(100)) server.add({ id, followers: 1 })
  const x = stack.use(
    createXPlatform({
      apiUrl: server.url,
      bearerToken: server.bearerToken,
      requestsPerSecond: Number.POSITIVE_INFINITY,
      clock: () => Date.parse('2026-11-22T12:00:00Z'),
      log: silentLog,
      random: () => 0.5,
      timer: createVirtualTimer(),
    }),
  )
  return {
    name: 'x',
    size: 100,
    ask: x.followerTotals!.fetch,
    calls: () => server.seen.length,
    refuse: (reply) => (reply ? server.refusing.set(culprit, reply) : server.refusing.clear()),
  }
}

const batched: [string, (stack: AsyncDisposableStack) => Promise<Batched>][] = [
  ['live status on Kick', onKick],
  [
    'profiles on Kick',
    async (stack) => {
      const { platform, ...kick } = await onKick(stack)
      return { ...kick, size: 25, ask: platform.fetchProfiles }
    },
  ],
  ['live status on Twitch', onTwitch],
  [
    'profiles on Twitch',
    async (stack) => {
      const { platform, ...twitch } = await onTwitch(stack)
      return { ...twitch, ask: platform.fetchProfiles }
    },
  ],
  ['users on X', onX],
]

const refusals: [string, Reply][] = [
  ['400', { status: 400, json: { data: null, message: 'Invalid request' } }],
  ['500', { status: 500, json: { data: null, message: 'Internal server error' } }],
  ['an answer that can not be read', { text: '{"data":[{' }],
]

describe.each(batched)('%s', (_name, start) => {
  test.each(refusals)('of all but one user are told when every call with that one is answered %s', async (_, reply) => {
    await using stack = new AsyncDisposableStack()
    const { ask, calls, refuse, size, name: platform } = await start(stack)
    refuse(reply)
    // The same draw everywhere: the one that is refused is not tried alone first.
    const askApart = createBisectingFetch({
      platform,
      ask,
      clock: Date.now,
      log: silentLog,
      timer: createVirtualTimer(),
      random: () => 0.5,
    })
    const all = idsFrom(size)
    const round = async () => {
      const before = calls()
      const parts: BatchPart<ReadonlyMap<string, unknown>>[] = []
      for await (const part of askApart(all)) parts.push(part)
      const told = parts.flatMap(({ result }) => (result.ok ? [...result.value.keys()] : []))
      expect(told.toSorted()).toEqual(all.filter((id) => id !== culprit).toSorted())
      expect(parts.filter(({ result }) => !result.ok).flatMap(({ ids }) => ids)).toEqual([culprit])
      return calls() - before
    }
    // Profiles on Kick are two calls each.
    expect(await round()).toBeLessThanOrEqual(2 * (3 + 2 * Math.ceil(Math.log2(size))))
    expect(await round(), 'nobody pays again').toBeLessThanOrEqual(2)
  })
})

test('one user of whom Kick tells no name leaves the names of all others', async () => {
  await using setup = await startKickAgainst({
    api: ({ path, query }) => {
      const { name, row } = kickRows[path]!
      const ids = query.getAll(name)
      if (path.endsWith('/users') && ids.includes(culprit)) return { status: 500, json: { message: 'oops' } }
      return { json: { data: ids.map(row), message: 'OK' } }
    },
  })
  const all = idsFrom(25)
  const result = await setup.kick.fetchProfiles(all)
  if (!result.ok) throw new Error(result.failure.message)
  expect(all.map((id) => result.value.get(id)!.slug)).toEqual(all.map((id) => `user-${id}`))
  expect(all.filter((id) => result.value.get(id)!.displayName === undefined)).toEqual([culprit])
})

const looks = statement(
  'test_looks',
  `SELECT c.platform_user_id AS "user", s.last_probed_at AS "at", s.consecutive_failures AS failures, s.leased_until AS "leasedUntil"
   FROM dm.probe_schedule s JOIN dm.streamer_channel c ON c.id = s.channel_id`,
)
const profiles = statement(
  'test_profiles',
  'SELECT platform_user_id AS "user", display_name AS name FROM dm.streamer_channel',
)
const makeDue = statement('test_make_due', `UPDATE dm.probe_schedule SET next_probe_at = now() - interval '1 second'`)

describe('a hundred channels on Kick, one of which every call with it is refused,', () => {
  test.each([
    ['400', { kind: 'rejected' }],
    ['500', { kind: 'html-error', status: 500 }],
    ['with a row without its start', { kind: 'patched', fields: { started_at: undefined } }],
  ] as const)('%s: the poller looks at the other 99, and goes on doing so', async (_name, fault) => {
    await using fixture = await startPollerFixture()
    const { db, world, server, kick, track } = fixture
    const users = [...(await track(100)).keys()]
    const refused = users[42]!
    world.goLive(Number(refused))
    server.faults.add({ ...fault, path: '/public/v1/users/livestreams', ids: [Number(refused)] })
    await using poller = startPoller({
      db,
      platform: kick,
      pollIntervalSeconds: () => 3_600,
      idleMs: 10,
      appendProbes: async () => undefined,
      log: silentLog,
      clock: fixture.now,
    })
    const others = async () =>
      (await db.query<{ user: string; at: Date | null; failures: number; leasedUntil: Date | null }>(looks)).filter(
        ({ user }) => user !== refused,
      )
    await eventually('the others were looked at', async () => (await others()).every(({ at }) => at !== null))
    await eventually('the one is postponed', async () => poller.stats().unanswered === 1)
    const first = poller.stats()
    expect(first.probes).toBe(99)
    expect(first.calls).toBeLessThanOrEqual(3 + 2 * 7)

    fixture.advance(60)
    await db.query(makeDue)
    await eventually('again', async () => poller.stats().probes === 198 && poller.stats().unanswered === 2)
    expect(poller.stats().calls - first.calls, 'who is to blame is known').toBeLessThanOrEqual(2)
    expect(
      (await db.query<{ user: string; at: Date | null }>(looks)).find(({ user }) => user === refused)?.at,
    ).toBeNull()
  })

  test('the names of the others come all the same', async () => {
    await using fixture = await startPollerFixture()
    const { db, server, kick, track } = fixture
    const users = [...(await track(60)).keys()]
    fixture.advance(60)
    server.faults.add({ kind: 'rejected', ids: [Number(users[7])] })
    const refresh = createProfileRefresh({ db, platform: kick, clock: fixture.now, log: silentLog })
    while ((await refresh()) > 0);
    const unnamed = (await db.query<{ user: string; name: string | null }>(profiles)).filter(
      ({ name }) => name === null,
    )
    expect(unnamed.map(({ user }) => user)).toEqual([users[7]])
  })
})
