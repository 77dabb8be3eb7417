import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setMonitoring } from '../../src/channels/schedule.ts'
import { silentLog } from '../../src/lib/log.ts'
import { closeStaleSessions } from '../../src/workers/close-stale-sessions.ts'
import { leaseProbes } from '../../src/workers/probe-queue.ts'
import { recordProbes } from '../../src/workers/record-probes.ts'
import { createProfileRefresh, missesUntilBanned } from '../../src/workers/refresh-profiles.ts'
import { statement } from '../support/stores/statement.ts'
import { channelRow, eventsOf, sessionsOf } from '../support/workers/channel-state.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

let fixture: PollerFixture
beforeAll(async () => {
  fixture = await startPollerFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

describe('what one poll after another records', () => {
  test('a stream that begins, changes its title and ends is one session, two events and a sample for every look', async () => {
    const { world, track, cycle, advance, probes } = fixture
    const [[user, id]] = [...(await track(1))] as [[string, bigint]]
    await cycle()
    expect(await channelRow(fixture.db, id)).toMatchObject({ status: 'offline', isLive: false })
    expect(await eventsOf(fixture.db, id), 'finding it offline is no event').toEqual([])

    advance(60)
    const { startedAt } = world.goLive(Number(user), { title: 'first title' })
    advance(5)
    await cycle()
    expect(await channelRow(fixture.db, id)).toMatchObject({ status: 'online', isLive: true })
    expect(await sessionsOf(fixture.db, id)).toMatchObject([
      { startedAt: new Date(startedAt), endedAt: null, title: 'first title' },
    ])

    advance(60)
    world.update([{ id: Number(user), stream: { ...world.get(Number(user)).stream!, title: 'second title' } }])
    const lastLive = fixture.now()
    await cycle()
    expect(await sessionsOf(fixture.db, id)).toMatchObject([{ title: 'second title' }])

    advance(60)
    world.end(Number(user))
    await cycle()
    expect(await channelRow(fixture.db, id), 'one miss').toMatchObject({ status: 'online' })
    advance(30)
    await cycle()
    expect(await channelRow(fixture.db, id), 'two misses and 90 seconds').toMatchObject({
      status: 'offline',
      isLive: false,
    })
    expect(await sessionsOf(fixture.db, id)).toMatchObject([{ endedAt: new Date(lastLive) }])
    expect(await eventsOf(fixture.db, id)).toEqual([
      { type: 'stream_start', before: 'offline', after: 'online' },
      { type: 'stream_end', before: 'online', after: 'offline' },
    ])
    expect(
      probes
        .filter(({ platformUserId }) => platformUserId === user)
        .map(({ streamStartedAt, elapsedSeconds }) => [streamStartedAt !== null, elapsedSeconds]),
    ).toEqual([
      [false, 0],
      [true, 65],
      [true, 60],
      [false, 60],
      [false, 30],
    ])
  })

  test('a failed call says nothing about its channels and only postpones them', async () => {
    // An adapter of its own: after a failure it holds its calls back for a while.
    await using own = await startPollerFixture()
    const { world, server, track, cycle, advance, probes } = own
    const [[user, id]] = [...(await track(1))] as [[string, bigint]]
    world.goLive(Number(user))
    advance(1)
    await cycle()
    const before = { row: await channelRow(own.db, id), probes: probes.length, sessions: await sessionsOf(own.db, id) }
    for (const fault of [
      { kind: 'html-error', status: 500 },
      { kind: 'truncated' },
      { kind: 'rate-limited' },
    ] as const) {
      const active = server.faults.add(fault as never)
      advance(600)
      await cycle()
      active.remove()
    }
    advance(600)
    expect(await channelRow(own.db, id)).toEqual(before.row)
    expect(await sessionsOf(own.db, id)).toEqual(before.sessions)
    expect(probes).toHaveLength(before.probes)
    const [schedule] = await own.db.query<{ failures: number }>(
      statement(
        'test_failures',
        'SELECT consecutive_failures AS failures FROM dm.probe_schedule WHERE channel_id = $1',
      ),
      [id],
    )
    expect(schedule!.failures).toBeGreaterThan(0)
  })

  test('renames, swaps and hidden viewers come out of polls as what they are', async () => {
    const { world, track, cycle, advance, probes } = fixture
    const [[a, idA], [b, idB]] = [...(await track(2))] as [[string, bigint], [string, bigint]]
    for (const user of [a, b]) world.goLive(Number(user))
    world.hideViewers(Number(b))
    advance(120)
    await cycle()
    const [slugA, slugB] = [(await channelRow(fixture.db, idA)).slug, (await channelRow(fixture.db, idB)).slug]
    world.swapSlugs(Number(a), Number(b))
    advance(60)
    await cycle()
    expect((await channelRow(fixture.db, idA)).slug).toBe(slugB)
    expect((await channelRow(fixture.db, idB)).slug).toBe(slugA)
    const last = (user: string) => probes.findLast(({ platformUserId }) => platformUserId === user)!
    expect(last(a).viewerCount).toBeGreaterThan(0)
    expect(last(b)).toMatchObject({ viewerCount: null })
    expect(last(b).streamStartedAt).not.toBeNull()
  })

  test('a probe is recorded with what it said of the broadcast', async () => {
    const [user] = [...(await fixture.track(1)).keys()]
    fixture.world.goLive(Number(user), { title: 'Now with a title', language: 'fr', isMature: true })
    fixture.advance(60)
    await fixture.cycle()
    expect(fixture.probes.findLast(({ platformUserId }) => platformUserId === user)).toMatchObject({
      details: { title: 'Now with a title', language: 'fr', isMature: true },
    })
  })
})

describe('leases', () => {
  test('two pollers never hold the same channel, and one that lost its lease writes nothing', async () => {
    const { db, kick, track, world, advance } = fixture
    const tracked = await track(30)
    await db.query(statement('test_due', `UPDATE dm.probe_schedule SET next_probe_at = now() WHERE active`))
    const [one, two] = await Promise.all([leaseProbes(db, 'kick', 1_000), leaseProbes(db, 'kick', 1_000)])
    const ids = [...one, ...two].map(({ channelId }) => channelId)
    expect(new Set(ids).size).toBe(ids.length)
    const claims = [...one, ...two].filter(({ channelId }) => [...tracked.values()].includes(channelId))
    expect(claims).toHaveLength(30)

    for (const { platformUserId } of claims) world.goLive(Number(platformUserId))
    advance(5)
    const result = await kick.fetchLive(claims.map(({ platformUserId }) => platformUserId))
    // Half of the leases run out and are taken over before the answer is recorded.
    const lost = claims.slice(0, 15).map(({ channelId }) => channelId)
    await db.query(
      statement(
        'test_expire',
        `UPDATE dm.probe_schedule SET leased_until = now() - interval '1 second' WHERE channel_id = ANY ($1::bigint[])`,
      ),
      [lost],
    )
    expect(await leaseProbes(db, 'kick', 1_000)).toHaveLength(15)
    const appended: bigint[] = []
    const { probes } = await recordProbes(
      {
        db,
        platform: 'kick',
        pollIntervalSeconds: 60,
        log: silentLog,
        appendProbes: async (rows) =>
          void appended.push(...rows.map(({ platformUserId }) => tracked.get(platformUserId)!)),
      },
      [{ leases: claims, result }],
    )
    expect(probes).toBe(15)
    expect(appended.filter((id) => lost.includes(id))).toEqual([])
    for (const id of lost) expect(await eventsOf(fixture.db, id)).toEqual([])
    for (const id of claims.slice(15).map(({ channelId }) => channelId))
      expect(await eventsOf(fixture.db, id)).toHaveLength(1)
  })
})

test('a poller that lost a channel and claimed it again records only what it saw under the claim that holds', async () => {
  const { db, kick, track, world, cycle, advance, probes } = fixture
  const [[user, id]] = [...(await track(1))] as [[string, bigint]]
  world.goLive(Number(user))
  advance(5)
  await cycle()
  const expire = statement(
    'test_again',
    'UPDATE dm.probe_schedule SET leased_until = NULL, next_probe_at = now() WHERE channel_id = $1',
  )
  const look = async () => {
    await db.query(expire, [id])
    const claims = (await leaseProbes(db, 'kick', 1_000)).filter(({ channelId }) => channelId === id)
    return { leases: claims, result: await kick.fetchLive([user]) }
  }
  world.end(Number(user))
  advance(60)
  const lost = await look()
  advance(60)
  const held = await look()
  probes.length = 0
  const appendProbes = async (rows: readonly (typeof probes)[number][]) => void probes.push(...rows)
  const deps = { db, platform: 'kick' as const, pollIntervalSeconds: 60, log: silentLog, appendProbes }
  expect((await recordProbes(deps, [lost, held])).probes).toBe(1)
  expect(probes.map(({ at }) => at)).toEqual([new Date(Math.floor(fixture.now() / 1_000) * 1_000)])
  expect(await sessionsOf(fixture.db, id), 'one miss is no end').toMatchObject([{ endedAt: null }])
  expect(await eventsOf(fixture.db, id)).toHaveLength(1)
})

test('recording a batch costs the same number of statements for 10 and for 80 channels', async () => {
  const { db, world, track, cycle, advance } = fixture
  const counts: number[] = []
  for (const size of [10, 80]) {
    const tracked = await track(size)
    await db.query(statement('test_pause', `UPDATE dm.probe_schedule SET active = (channel_id = ANY ($1::bigint[]))`), [
      [...tracked.values()],
    ])
    advance(60)
    await cycle()
    for (const user of tracked.keys()) world.goLive(Number(user))
    advance(60)
    let statements = 0
    const stop = db.onStatement(() => statements++)
    await cycle()
    stop()
    counts.push(statements)
  }
  expect(counts[1]).toBe(counts[0])
  expect(counts[0]).toBeLessThan(31)
})

test('a channel that the platform stops showing is marked after repeated lookups, and comes back', async () => {
  const { db, kick, world, track } = fixture
  const [[user, id]] = [...(await track(1))] as [[string, bigint]]
  const lookUp = async () => {
    await db.query(
      statement(
        'test_profile_due',
        `UPDATE dm.probe_schedule SET profile_due_at = CASE WHEN channel_id = $1 THEN now() - interval '1 second' ELSE now() + interval '1 day' END`,
      ),
      [id],
    )
    await createProfileRefresh({ db, platform: kick, clock: fixture.now, log: silentLog })()
  }
  await lookUp()
  expect(await channelRow(fixture.db, id)).toMatchObject({ isBanned: false })
  world.ban(Number(user))
  for (let i = 1; i < missesUntilBanned; i++) {
    await lookUp()
    expect((await channelRow(fixture.db, id)).isBanned).toBe(false)
  }
  fixture.advance(10)
  await lookUp()
  expect((await channelRow(fixture.db, id)).isBanned).toBe(true)
  world.unban(Number(user))
  fixture.advance(10)
  await lookUp()
  expect((await channelRow(fixture.db, id)).isBanned).toBe(false)
})

test('a session nobody looks at any more ends where it was last seen, and goes on when the stream shows up again', async () => {
  const { db, world, track, cycle, advance } = fixture
  const [[user, id]] = [...(await track(1))] as [[string, bigint]]
  world.goLive(Number(user))
  advance(5)
  const lastSeen = new Date(fixture.now())
  await cycle()
  await setMonitoring(db, id, false)
  expect(await closeStaleSessions(db, 24 * 3600)).toBe(0)
  await db.query(
    statement(
      'test_long_ago',
      `UPDATE dm.probe_schedule SET last_probed_at = now() - interval '25 hours' WHERE channel_id = $1`,
    ),
    [id],
  )
  expect(await closeStaleSessions(db, 24 * 3600)).toBe(1)
  expect(await sessionsOf(fixture.db, id)).toMatchObject([{ endedAt: lastSeen }])
  await setMonitoring(db, id, true)
  // The closing was just now by the database's clock; a later look finds the same broadcast.
  advance(7_200)
  await cycle()
  expect(await sessionsOf(fixture.db, id)).toMatchObject([{ endedAt: null }])
  expect((await eventsOf(fixture.db, id)).map(({ type }) => type)).toEqual([
    'stream_start',
    'stream_end',
    'stream_start',
  ])
})
