import { describe, expect, it } from 'vitest'
import { setMonitoring } from '../../src/channels/schedule.ts'
import { createLeaseHolder } from '../../src/stores/postgres/lease-holder.ts'
import { leaseFollowers } from '../../src/workers/follower-queue.ts'
import { leaseProbes } from '../../src/workers/probe-queue.ts'
import type { Reply } from '../support/platforms/scripted-http.ts'
import { startFollowersFixture } from '../support/workers/followers-fixture.ts'

const day = 86_400
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(1_000_000 + index))
/** A day of UTC is over at the latest then. */
const untilTomorrow = () => day - ((Date.now() / 1000) % day)

describe('followers on X', () => {
  it('are stored with the profile, and recorded as a look at a channel that is neither on nor off', async () => {
    await using setup = await startFollowersFixture()
    const { x, probes } = setup
    x.add({ id: '7', username: 'Some_Body', followers: 1_234 })
    await setup.track('x', ['7'])
    expect(await setup.refresh(setup.xPlatform())).toBe(1)
    expect(await setup.stored()).toMatchObject([
      {
        followerCount: 1_234,
        slug: 'some_body',
        status: 'unknown',
        isBanned: false,
        wasProbed: true,
        intervalSeconds: day,
      },
    ])
    expect(probes).toMatchObject([
      {
        platform: 'x',
        platformUserId: '7',
        streamStartedAt: null,
        viewerCount: null,
        followerCount: 1_234,
        elapsedSeconds: 0,
      },
    ])
    expect(await leaseProbes(setup.db, 'kick', 10)).toEqual([])
  })

  it('are asked for once a day, whoever restarts in between', async () => {
    await using setup = await startFollowersFixture()
    const { x, probes } = setup
    x.add({ id: '7' })
    await setup.track('x', ['7'])
    for (let starts = 0; starts < 3; starts++) await setup.refresh(setup.xPlatform())
    await setup.pass(day - 600)
    await setup.refresh(setup.xPlatform())
    expect(x.charged).toEqual(['7'])
    await setup.pass(700)
    await setup.refresh(setup.xPlatform())
    expect(x.charged).toEqual(['7', '7'])
    expect(probes[1]!.elapsedSeconds).toBeGreaterThanOrEqual(day)
    expect(probes[1]!.elapsedSeconds).toBeLessThan(day + 1_000)
  })

  it('cost no more than a day allows, also after a restart, and the rest have their turn on the next day', async () => {
    await using setup = await startFollowersFixture()
    const { x } = setup
    for (const id of ids(8)) x.add({ id })
    await setup.track('x', ids(8))
    for (let starts = 0; starts < 3; starts++) {
      const platform = setup.xPlatform({ usersPerDay: 5 })
      while ((await setup.refresh(platform)) > 0);
    }
    expect(x.charged).toHaveLength(5)
    const waiting = (await setup.stored()).filter(({ wasProbed }) => !wasProbed)
    expect(waiting).toHaveLength(3)
    for (const { dueIn, nextProbeIn } of waiting) {
      expect(Math.abs(dueIn - untilTomorrow())).toBeLessThan(60)
      expect(nextProbeIn).toBe(dueIn)
    }
    await setup.pass(day)
    while ((await setup.refresh(setup.xPlatform({ usersPerDay: 5 }))) > 0);
    expect(x.charged).toHaveLength(10)
    expect(new Set(x.charged).size).toBe(8)
  })

  it('cost no more than a day allows when many processes ask at the same moment', async () => {
    await using setup = await startFollowersFixture()
    const { x } = setup
    for (const id of ids(40)) x.add({ id })
    await setup.track('x', ids(40))
    const platform = setup.xPlatform({ usersPerDay: 25 })
    const small = { ...platform, followerTotals: { ...platform.followerTotals!, batchSize: 4 } }
    await Promise.all(Array.from({ length: 10 }, () => setup.refresh(small)))
    expect(x.charged).toHaveLength(25)
    expect(new Set(x.charged).size).toBe(25)
  })

  it('are not paid for twice when a process dies before it has the answer', async () => {
    await using setup = await startFollowersFixture()
    setup.x.add({ id: '7' })
    await setup.track('x', ['7'])
    const platform = setup.xPlatform()
    const ticket = createLeaseHolder().next()
    await leaseFollowers(setup.db, { ...platform.followerTotals!, platform: 'x', isProbe: true, request: ticket })
    expect(await setup.refresh(platform)).toBe(0)
    expect(setup.x.seen).toHaveLength(0)
  })

  it.each([
    ['an error', { status: 500, text: '<html>' }],
    ['too many requests', { status: 429, json: { title: 'Too Many Requests' } }],
    ['no credits', { status: 402, json: { title: 'CreditsDepleted' } }],
  ] as const)(
    'that %s kept from us are asked for again in a quarter of an hour, and are not spent',
    async (_name, reply) => {
      await using setup = await startFollowersFixture()
      setup.x.add({ id: '7', followers: 3 })
      await setup.track('x', ['7'])
      setup.x.next(reply as Reply)
      await setup.refresh(setup.xPlatform({ usersPerDay: 1 }))
      const [stored] = await setup.stored()
      expect(stored).toMatchObject({ followerCount: null, failures: 1, wasProbed: false })
      expect(stored!.dueIn).toBeGreaterThan(800)
      // Stored to the millisecond.
      expect(stored!.dueIn).toBeLessThanOrEqual(900.001)
      expect(setup.probes).toEqual([])
      await setup.pass(901)
      expect(await setup.refresh(setup.xPlatform({ usersPerDay: 1 }))).toBe(1)
      expect(await setup.stored()).toMatchObject([{ followerCount: 3, failures: 0 }])
    },
  )

  it.each([
    ['can not be read', { text: '{"data":[{"id":"7"' }],
    ['does not come in time', 'never'],
  ] as const)('whose answer %s may have been paid for, so their turn is over', async (_name, reply) => {
    await using setup = await startFollowersFixture()
    await setup.track('x', ['7'])
    setup.x.next(reply)
    expect(await setup.refresh(setup.xPlatform({ timeoutMs: 1_000 }))).toBe(0)
    const [stored] = await setup.stored()
    expect(stored!.dueIn).toBeGreaterThan(day - 600)
    expect(await setup.refresh(setup.xPlatform())).toBe(0)
    expect(setup.x.seen).toHaveLength(1)
  })

  it('that the answer does not tell stay unknown, and are not zero', async () => {
    await using setup = await startFollowersFixture()
    await setup.track('x', ['7', '8', '9'])
    const rows = [
      { id: '7', username: 'a', public_metrics: { followers_count: 0 } },
      { id: '8', username: 'b' },
      { id: '66', username: 'c', public_metrics: { followers_count: 6 } },
    ]
    setup.x.next({ json: { data: rows } })
    await setup.refresh(setup.xPlatform())
    expect((await setup.stored()).map(({ followerCount }) => followerCount)).toEqual([0, null, null])
    expect(setup.probes.map(({ followerCount }) => followerCount)).toEqual([0, null, null])
  })

  it('of a suspended user stay as they were, and the channel is banned until it is shown again', async () => {
    await using setup = await startFollowersFixture()
    const user = setup.x.add({ id: '7', followers: 3 })
    await setup.track('x', ['7'])
    await setup.refresh(setup.xPlatform())
    user.suspended = true
    await setup.pass(day + 1)
    await setup.refresh(setup.xPlatform())
    expect(await setup.stored()).toMatchObject([{ followerCount: 3, isBanned: true }])
    user.suspended = false
    await setup.pass(day + 1)
    await setup.refresh(setup.xPlatform())
    expect(await setup.stored()).toMatchObject([{ followerCount: 3, isBanned: false }])
  })

  it('are not asked for while the channel is not watched', async () => {
    await using setup = await startFollowersFixture()
    const [channel] = await setup.track('x', ['7'])
    await setMonitoring(setup.db, channel!, false)
    expect(await setup.refresh(setup.xPlatform())).toBe(0)
    expect(setup.x.seen).toHaveLength(0)
  })
})

describe('followers on Twitch', () => {
  it('are asked for every hour, and leave the schedule of the poller alone', async () => {
    await using setup = await startFollowersFixture()
    const { twitch } = setup
    for (const id of ids(3)) twitch.add({ id, followers: Number(id) })
    await setup.track('twitch', ids(3))
    const before = await setup.stored()
    const platform = setup.twitchPlatform()
    while ((await setup.refresh(platform)) > 0);
    const after = await setup.stored()
    expect(after.map(({ followerCount }) => followerCount)).toEqual(ids(3).map(Number))
    expect(after.map(({ wasProbed, intervalSeconds }) => [wasProbed, intervalSeconds])).toEqual(
      before.map(({ wasProbed, intervalSeconds }) => [wasProbed, intervalSeconds]),
    )
    for (const [index, { nextProbeIn }] of after.entries())
      expect(Math.abs(nextProbeIn - before[index]!.nextProbeIn)).toBeLessThan(30)
    await setup.pass(3_500)
    expect(await setup.refresh(platform)).toBe(0)
    await setup.pass(200)
    expect(await setup.refresh(platform)).toBe(1)
  })

  it('that Twitch refuses to the app stay unknown, and nobody asks on', async () => {
    await using setup = await startFollowersFixture()
    const { twitch } = setup
    for (const id of ids(3)) twitch.add({ id, followers: 5 })
    await setup.track('twitch', ids(3))
    twitch.allowFollowers(false)
    const platform = setup.twitchPlatform()
    for (let turns = 0; turns < 5; turns++) expect(await setup.refresh(platform)).toBe(0)
    expect(twitch.apiCalls()).toHaveLength(2)
    expect((await setup.stored()).map(({ followerCount }) => followerCount)).toEqual([null, null, null])
    expect(setup.probes).toEqual([])
    expect((await platform.fetchLive(ids(3))).ok).toBe(true)
  })

  it('of a channel that Twitch does not know do not hold up the others', async () => {
    await using setup = await startFollowersFixture()
    setup.twitch.add({ id: '1000001', followers: 5 })
    await setup.track('twitch', ids(3))
    const platform = setup.twitchPlatform()
    while ((await setup.refresh(platform)) > 0);
    expect((await setup.stored()).map(({ followerCount }) => followerCount)).toEqual([null, 5, null])
  })
})
