import { describe, expect, it } from 'vitest'
import { setMonitoring } from '../../src/channels/schedule.ts'
import { silentLog } from '../../src/lib/log.ts'
import { forgetCarriedTotals } from '../../src/workers/pending-totals.ts'
import { leaseProbes } from '../../src/workers/probe-queue.ts'
import { type ProbeRow, recordProbes } from '../../src/workers/record-probes.ts'
import { createProfileRefresh } from '../../src/workers/refresh-profiles.ts'
import { statement } from '../support/stores/statement.ts'
import { type FollowersFixture, startFollowersFixture } from '../support/workers/followers-fixture.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

// The columns round to milliseconds, also up, so what is due now may be due a moment later.
const everythingDue = statement(
  'test_everything_due',
  `UPDATE dm.probe_schedule SET next_probe_at = now(), profile_due_at = now() - interval '1 second'`,
)

/** One probe of every channel of Twitch, none of which broadcasts. */
const probeTwitch = async ({ db }: FollowersFixture, appendProbes: (rows: readonly ProbeRow[]) => Promise<void>) => {
  await db.query(everythingDue)
  const leases = await leaseProbes(db, 'twitch', 100)
  const at = new Date()
  const call = {
    platform: 'twitch',
    endpoint: '/streams',
    requestedAt: at,
    durationMs: 1,
    status: 200,
    items: 0,
    error: null,
  }
  await recordProbes({ db, platform: 'twitch', pollIntervalSeconds: 60, appendProbes, log: silentLog }, [
    { leases, result: { ok: true, value: new Map(), observedAt: at, call } },
  ])
}

/** Looks up every profile that Kick shows, as the worker does. */
const lookUp = async ({ db, kick, now }: PollerFixture): Promise<void> => {
  await db.query(everythingDue)
  await createProfileRefresh({ db, platform: kick, clock: now, log: silentLog })()
}

describe('follower totals of Twitch', () => {
  it('go into the history with the next probe of their channel, once', async () => {
    await using setup = await startFollowersFixture()
    for (const id of ['1', '2']) setup.twitch.add({ id, followers: Number(id) * 10 })
    await setup.track('twitch', ['1', '2'])
    const platform = setup.twitchPlatform()
    await setup.refresh(platform)
    expect(setup.probes).toEqual([])
    const appended: ProbeRow[] = []
    const append = async (rows: readonly ProbeRow[]) => void appended.push(...rows)
    for (const _ of [1, 2]) await probeTwitch(setup, append)
    const told = appended.flatMap(({ platformUserId, followerCount }) =>
      followerCount === null ? [] : [[platformUserId, followerCount]],
    )
    expect(told).toEqual([['1', 10]])
    expect(appended).toHaveLength(4)
    await setup.refresh(platform)
    await probeTwitch(setup, append)
    expect(
      appended
        .slice(4)
        .map(({ followerCount }) => followerCount)
        .toSorted(),
    ).toEqual([20, null])
  })

  it('wait for another probe when one could not be recorded', async () => {
    await using setup = await startFollowersFixture()
    setup.twitch.add({ id: '7', followers: 10 })
    await setup.track('twitch', ['7'])
    await setup.refresh(setup.twitchPlatform())
    const full = async () => {
      throw new Error('the disk is full')
    }
    await expect(probeTwitch(setup, full)).rejects.toThrow('the disk is full')
    expect(await setup.stored()).toMatchObject([{ told: 10 }])
  })

  it('never keep a probe from being recorded', async () => {
    const gone = { query: () => Promise.reject(new Error('the database is gone')) }
    const carried = { channelId: 1n, followersTold: 5, subscribersTold: null }
    await forgetCarriedTotals(gone, [carried], { platform: 'twitch', log: silentLog })
  })
})

describe('subscriber totals of Kick', () => {
  it('come with the profile, are a fact of the channel, and go into the history with its next probe, once', async () => {
    await using setup = await startPollerFixture()
    const { world, track, cycle, probes, advance } = setup
    await track(2)
    world.update([{ id: 1, subscribers: { active: 42, gifted: 10, canceled: 5 } }])
    const recorded = () =>
      probes.splice(0).map(({ platformUserId, subscriberCount }) => [platformUserId, subscriberCount])
    await cycle()
    expect(recorded()).toEqual([
      ['1', null],
      ['2', null],
    ])
    advance(60)
    await lookUp(setup)
    await cycle()
    // Nobody subscribes to the second channel, which is known and no gap.
    expect(recorded()).toEqual([
      ['1', 42],
      ['2', 0],
    ])
    const stored = statement(
      'test_subscribers',
      'SELECT subscriber_count AS count, follower_count AS followers FROM dm.streamer_channel ORDER BY platform_user_id',
    )
    expect(await setup.db.query(stored)).toEqual([
      { count: 42, followers: null },
      { count: 0, followers: null },
    ])
    advance(60)
    await cycle()
    expect(recorded()).toEqual([
      ['1', null],
      ['2', null],
    ])
  })

  it('that the answer leaves out stay as they were, and no probe carries them', async () => {
    await using setup = await startPollerFixture()
    const { world, server, track, cycle, probes, advance } = setup
    await track(1)
    world.update([{ id: 1, subscribers: { active: 42, gifted: 10, canceled: 5 } }])
    await lookUp(setup)
    await cycle()
    server.faults.add({ kind: 'missing-fields' })
    advance(60)
    await lookUp(setup)
    await cycle()
    expect(probes.map(({ subscriberCount }) => subscriberCount)).toEqual([42, null])
  })

  it('of a channel that is not monitored are kept for no later probe', async () => {
    await using setup = await startPollerFixture()
    const { db, world, track, cycle, probes } = setup
    const [id] = (await track(1)).values()
    world.update([{ id: 1, subscribers: { active: 42, gifted: 10, canceled: 5 } }])
    await lookUp(setup)
    await db.transaction((tx) => setMonitoring(tx, id!, false))
    await lookUp(setup)
    await db.transaction((tx) => setMonitoring(tx, id!, true))
    await cycle()
    expect(probes.map(({ subscriberCount }) => subscriberCount)).toEqual([null])
  })

  it('cost no statement of the poller where none wait', async () => {
    await using setup = await startPollerFixture()
    await setup.track(3)
    await lookUp(setup)
    const named: (string | undefined)[] = []
    const stop = setup.db.onStatement((name) => named.push(name))
    const forgotten = () => named.splice(0).filter((name) => name?.includes('totals_forget_carried')).length
    await setup.cycle()
    expect(forgotten()).toBe(1)
    setup.advance(60)
    await setup.cycle()
    expect(forgotten()).toBe(0)
    stop()
  })
})
