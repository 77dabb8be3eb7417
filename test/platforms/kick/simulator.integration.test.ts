import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerFault, DataFault } from '../../../src/demo/faults.ts'
import { type KickServer, startKickServer } from '../../../src/demo/kick-server.ts'
import { createWorld } from '../../../src/demo/world.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createKickPlatform, type KickOptions } from '../../../src/platforms/kick/kick-platform.ts'
import type { CallFailure } from '../../../src/platforms/platform.ts'
import type { Timer } from '../../../src/platforms/timer.ts'
import { createSkippingTimer, createVirtualTimer } from '../../support/lib/virtual-timer.ts'

const against = (server: KickServer, timer: Timer): KickOptions => ({
  ...server.credentials,
  apiUrl: server.url,
  idUrl: server.url,
  requestsPerSecond: Number.POSITIVE_INFINITY,
  clock: timer.now,
  log: silentLog,
  random: () => 0.5,
  timer,
  timeoutMs: 5_000,
})

/** The adapter in front of the simulated platform, both on one virtual clock; channels 1 to 60, the odd ones live. */
const start = async (options: Partial<KickOptions> = {}) => {
  const timer = createVirtualTimer()
  const clock = () => Date.UTC(2026, 0, 1) + timer.now()
  const world = createWorld({ clock })
  for (let id = 1; id <= 60; id++) {
    world.add({ id, slug: `channel_${id}`, username: `Channel_${id}`, avatar: `https://files.kick.com/${id}.webp` })
    if (id % 2 === 1) world.goLive(id, { viewers: id * 10, title: `title ${id}` })
  }
  const server = await startKickServer({ world })
  const kick = createKickPlatform({ ...against(server, timer), clock, ...options })
  return {
    timer,
    world,
    server,
    kick,
    [Symbol.asyncDispose]: async () => {
      await kick[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const allIds = Array.from({ length: 60 }, (_, i) => String(i + 1))
const oddIds = allIds.filter((id) => Number(id) % 2 === 1)

const sorted = (ids: Iterable<string>) => [...ids].sort((a, b) => Number(a) - Number(b))

describe('against the simulated platform', () => {
  it('tells who is live, as what, since when and for how many', async () => {
    await using setup = await start()
    setup.world.hideViewers(3)
    const result = await setup.kick.fetchLive(allIds)
    if (!result.ok) throw new Error(result.failure.message)
    expect(sorted(result.value.keys())).toEqual(oddIds)
    expect(result.value.get('5')).toEqual({
      profile: {
        platformUserId: '5',
        slug: 'channel_5',
        displayName: 'Channel_5',
        avatarUrl: 'https://files.kick.com/5.webp',
      },
      platformStreamId: setup.world.get(5).stream?.id,
      startedAt: new Date('2026-01-01T00:00:00Z'),
      title: 'title 5',
      category: 'Just Chatting',
      language: 'en',
      isMature: false,
      viewerCount: 50,
      row: expect.any(Function),
    })
    expect(result.value.get('3')?.viewerCount).toBeNull()
    expect(result.call).toMatchObject({ items: 30, status: 200, error: null })
  })

  it('follows renames and swaps by id, and finds handles where they are now', async () => {
    await using setup = await start()
    setup.world.swapSlugs(1, 2)
    setup.world.rename(3, 'brand-new')
    setup.world.ban(4)
    const profiles = await setup.kick.fetchProfiles(['1', '2', '3', '4'])
    expect(
      profiles.ok && [...profiles.value.values()].map(({ platformUserId, slug }) => [platformUserId, slug]),
    ).toEqual([
      ['1', 'channel_2'],
      ['2', 'channel_1'],
      ['3', 'brand-new'],
    ])
    const holder = async (slug: string) => {
      const result = await setup.kick.resolveHandle(slug)
      return result.ok ? result.value?.platformUserId : result.failure
    }
    expect([
      await holder('Channel_1'),
      await holder('brand-new'),
      await holder('channel_3'),
      await holder('channel_4'),
    ]).toEqual(['2', '3', undefined, undefined])
    setup.server.faults.add({ kind: 'unknown-slug-rejected' })
    expect(await holder('channel_3')).toBeUndefined()
  })

  it.each<{ fault: AnswerFault; kind: CallFailure['kind'] }>([
    { fault: { kind: 'rate-limited', retryAfterSeconds: 5 }, kind: 'rate-limited' },
    { fault: { kind: 'rate-limited' }, kind: 'rate-limited' },
    { fault: { kind: 'html-error', status: 502 }, kind: 'unavailable' },
    { fault: { kind: 'edge-blocked' }, kind: 'blocked' },
    { fault: { kind: 'truncated' }, kind: 'malformed' },
  ])('fails as $kind by $fault and recovers', async ({ fault, kind }) => {
    await using setup = await start()
    const active = setup.server.faults.add(fault)
    const failed = await setup.kick.fetchLive(allIds)
    expect(failed).toMatchObject({ ok: false, failure: { kind } })
    active.remove()
    await setup.timer.advance((!failed.ok && failed.failure.retryAfterMs) || 0)
    expect(await setup.kick.fetchLive(allIds)).toMatchObject({ ok: true })
  })

  it.each<AnswerFault['kind']>(['early-401', 'cut-off', 'reset'])('does not let a single %s through', async (kind) => {
    await using setup = await start()
    await setup.kick.fetchLive(allIds)
    setup.server.faults.add({ kind, times: 1 } as AnswerFault & { times: number })
    const result = await setup.kick.fetchLive(allIds)
    expect(result.ok && result.value.size).toBe(30)
    expect(result.otherCalls?.length).toBeGreaterThan(0)
  })

  it('survives the loss of all tokens under load with one new token', async () => {
    await using setup = await start()
    await setup.kick.fetchLive(allIds)
    setup.server.invalidateTokens()
    const results = await Promise.all(Array.from({ length: 30 }, () => setup.kick.fetchLive(allIds)))
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(
      results.flatMap(({ otherCalls = [] }) => otherCalls).filter(({ endpoint }) => endpoint === '/oauth/token'),
    ).toHaveLength(1)
  })

  it('gives up on an answer that never comes', async () => {
    await using setup = await start({ timeoutMs: 1_000 })
    await setup.kick.resolveHandle('channel_1')
    setup.server.faults.add({ kind: 'never-answers' })
    expect(await setup.kick.fetchLive(allIds)).toMatchObject({ ok: false, failure: { kind: 'timeout' } })
  })

  it.each<DataFault>([
    { kind: 'extra-fields' },
    { kind: 'missing-fields' },
    { kind: 'offset-timestamps' },
    { kind: 'zero-valued' },
    { kind: 'viewer-count-one' },
  ])('reads the same channels as live and the same starts through $kind', async (fault) => {
    await using setup = await start()
    setup.server.faults.add(fault)
    const result = await setup.kick.fetchLive(allIds)
    if (!result.ok) throw new Error(result.failure.message)
    expect(sorted(result.value.keys())).toEqual(oddIds)
    const starts = new Set([...result.value.values()].map(({ startedAt }) => startedAt.toISOString()))
    expect([...starts]).toEqual(['2026-01-01T00:00:00.000Z'])
    const profiles = await setup.kick.fetchProfiles(['1', '2'])
    expect(profiles.ok && [...profiles.value.keys()]).toEqual(['1', '2'])
  })

  it('says nothing about a live channel that has no start, and tells the others', async () => {
    await using setup = await start()
    setup.server.faults.add({ kind: 'patched', fields: { started_at: undefined }, ids: [7] })
    const result = await setup.kick.fetchLive(allIds)
    expect(result).toMatchObject({ ok: true, unclear: new Map([['7', 'its item is unusable']]) })
    expect(result.ok && sorted(result.value.keys())).toEqual(oddIds.filter((id) => id !== '7'))
  })

  it('never shows a live channel as absent, whatever faults come in whatever order', async () => {
    const fault = fc.constantFrom<AnswerFault | DataFault>(
      { kind: 'early-401' },
      { kind: 'rate-limited' },
      { kind: 'rate-limited', retryAfterSeconds: 3 },
      { kind: 'html-error' },
      { kind: 'edge-blocked' },
      { kind: 'truncated' },
      { kind: 'cut-off' },
      { kind: 'reset' },
      { kind: 'missing-fields' },
      { kind: 'offset-timestamps' },
      { kind: 'patched', fields: { started_at: '0001-01-01T00:00:00Z' } },
      { kind: 'patched', fields: { started_at: '9999-01-01T00:00:00Z' } },
      { kind: 'patched', fields: { channel: null, category: 5, title: {} } },
    )
    const plan = fc.array(fc.record({ faults: fc.array(fault, { maxLength: 2 }), waitMs: fc.nat(20_000) }), {
      maxLength: 8,
    })
    await using setup = await start()
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        for (const { faults, waitMs } of steps) {
          for (const each of faults) setup.server.faults.add({ ...each, times: 3, probability: 0.5 })
          for (const result of await Promise.all([0, 1, 2].map(() => setup.kick.fetchLive(allIds)))) {
            if (result.ok) expect(sorted([...result.value.keys(), ...(result.unclear?.keys() ?? [])])).toEqual(oddIds)
          }
          setup.server.faults.clear()
          await setup.timer.advance(waitMs)
        }
        await setup.timer.advance(120_000)
        expect((await setup.kick.fetchLive(allIds)).ok).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('stays within the limit of the platform once it has met it', async () => {
    const timer = createSkippingTimer()
    const sentAt: number[] = []
    await using server = await startKickServer({
      world: createWorld({ clock: timer.now }),
      rateLimit: { perSecond: 3, burst: 3 },
    })
    await using kick = createKickPlatform({ ...against(server, timer), requestsPerSecond: 4 })
    let refused = 0
    for (let i = 0; i < 300; i++) {
      const result = await kick.fetchLive(['1'])
      if (result.call.status !== null) sentAt.push(timer.now())
      if (result.call.status === 429) refused++
      if (!result.ok) timer.skip(result.failure.retryAfterMs ?? 0)
    }
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(10)
    expect(sentAt.length / (sentAt.at(-1)! / 1000)).toBeGreaterThan(1)
  })
})
