import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { castMember, handlesOf } from '../../src/demo/cast.ts'
import { createScenario } from '../../src/demo/scenario.ts'
import { type Channel, createWorld } from '../../src/demo/world.ts'

const minute = 60_000
const hour = 60 * minute
const year = 365 * 24 * hour
const start = Date.UTC(2026, 10, 22, 9, 30)
const instants = fc.integer({ min: start, max: start + year })

const isLive = ({ stream }: Channel): boolean => stream !== null && stream.endedAt === null

/** What happened between two neighbouring states, as a list of kinds. */
const eventsBetween = (before: readonly Channel[], after: readonly Channel[]): string[] =>
  after.flatMap((now, n) => {
    const was = before[n]!
    const kinds: string[] = []
    if (!isLive(was) && isLive(now)) kinds.push(was.stream?.id === now.stream?.id ? 'resume' : 'start')
    if (isLive(was) && !isLive(now)) kinds.push(now.banned ? 'ban while live' : 'end')
    if (!was.banned && now.banned) kinds.push('ban')
    if (was.banned && !now.banned) kinds.push('return')
    if (was.hidesViewers !== now.hidesViewers) kinds.push('hide or show viewers')
    if (was.slug !== now.slug) {
      const giver = before.findIndex((channel) => channel.slug === now.slug)
      kinds.push(after[giver]?.slug === was.slug ? 'swap' : 'rename')
    }
    return kinds
  })

const countEvents = (seed: number, from: number, to: number, stepMs = 10_000): Record<string, number> => {
  const scenario = createScenario({ seed, channels: 300 })
  const counts: Record<string, number> = {}
  let before = scenario.stateAt(from)
  for (let at = from + stepMs; at <= to; at += stepMs) {
    const after = scenario.stateAt(at)
    for (const kind of eventsBetween(before, after)) counts[kind] = (counts[kind] ?? 0) + 1
    before = after
  }
  return counts
}

describe('scenario', () => {
  it('shows the same world at an instant whatever came before', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(instants, { maxLength: 6 }), instants, (seed, visited, at) => {
        const walked = createWorld({ clock: () => at })
        const scenario = createScenario({ seed, channels: 110 })
        for (const instant of visited) scenario.advanceTo(walked, instant)
        scenario.advanceTo(walked, at)

        const fresh = createWorld({ clock: () => at })
        createScenario({ seed, channels: 110 }).advanceTo(fresh, at)

        expect([...walked.channels()]).toEqual([...fresh.channels()])
        for (const channel of fresh.channels()) {
          expect(walked.bySlug(channel.slug)?.id).toBe(fresh.bySlug(channel.slug)?.id)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('never gives one slug to two channels', () => {
    fc.assert(
      fc.property(fc.nat(), instants, (seed, at) => {
        const slugs = createScenario({ seed, channels: 300 })
          .stateAt(at)
          .map((channel) => channel.slug)
        expect(new Set(slugs).size).toBe(300)
        for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9_-]{1,25}$/)
      }),
      { numRuns: 60 },
    )
  })

  it('gives each of 50,000 channels handles and an id that no other ever has', () => {
    const handles = new Set<string>()
    const ids = new Set<number>()
    for (let n = 0; n < 50_000; n++) {
      for (const handle of handlesOf(7, n)) {
        if (handles.has(handle) || handle.length > 25) expect.fail(`${handle} of channel ${n}`)
        handles.add(handle)
      }
      ids.add(castMember(7, n).id)
    }
    expect(ids.size).toBe(50_000)
  })

  it('keeps ids across instants, restarts and sizes of the cast', () => {
    const ids = (channels: number, at: number) =>
      createScenario({ seed: 3, channels })
        .stateAt(at)
        .map((channel) => channel.id)
    expect(ids(300, start + year)).toEqual(ids(300, start))
    expect(ids(20, start)).toEqual(ids(300, start).slice(0, 20))
  })

  it.each([
    [1, start],
    [1, start + 100 * 24 * hour],
    [2, start],
  ])('with seed %i shows every kind of event in the hour after %i', (seed, from) => {
    const counts = countEvents(seed, from, from + hour)
    for (const kind of ['start', 'end', 'resume', 'rename', 'ban', 'return', 'hide or show viewers']) {
      expect(counts[kind], kind).toBeGreaterThanOrEqual(1)
    }
    expect(counts.swap).toBeGreaterThanOrEqual(2)
    expect(counts.start! + counts.end!, 'something every few seconds').toBeGreaterThan(450)
    expect(counts.rename, 'a rename every couple of minutes').toBeGreaterThan(20)
  })

  it('bans channels also while they are live', () => {
    expect(countEvents(1, start, start + 4 * hour, 30_000)['ban while live']).toBeGreaterThanOrEqual(1)
  })

  it('has about three in ten channels live, some of them for hours already', () => {
    const scenario = createScenario({ seed: 1, channels: 300 })
    fc.assert(
      fc.property(instants, (at) => {
        const live = scenario.stateAt(at).filter(isLive)
        expect(live.length).toBeGreaterThan(45)
        expect(live.length).toBeLessThan(135)
        expect(live.some(({ stream }) => at - stream!.startedAt > 2 * hour)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('never shows a broadcast from the future, a live banned channel or a running broadcast past its end', () => {
    fc.assert(
      fc.property(fc.nat(), instants, (seed, at) => {
        for (const { stream, banned } of createScenario({ seed, channels: 300 }).stateAt(at)) {
          if (!stream) continue
          expect(stream.startedAt).toBeLessThanOrEqual(at)
          expect(stream.startedAt % 1000).toBe(0)
          expect(stream.endedAt ?? at).toBeLessThanOrEqual(at)
          expect(stream.endedAt ?? stream.startedAt).toBeGreaterThanOrEqual(stream.startedAt)
          if (banned) expect(stream.endedAt).not.toBeNull()
        }
      }),
      { numRuns: 60 },
    )
  })

  it('points at no other host', () => {
    for (const { avatar, banner } of createScenario({ seed: 1, channels: 300 }).stateAt(start)) {
      for (const url of [avatar, banner]) {
        expect(url).toMatch(/^data:image\/svg\+xml,/)
        expect(url.replace('http://www.w3.org/2000/svg', '')).not.toContain('http')
      }
    }
  })
})
