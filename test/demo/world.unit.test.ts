import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../../src/demo/world.ts'

const minute = 60_000
const start = Date.UTC(2026, 0, 1)

const worldAt = (options: { seed?: number; lag?: boolean } = {}) => {
  const time = { now: start }
  return { time, world: createWorld({ clock: () => time.now, ...options }) }
}

describe('world', () => {
  it('lets two channels swap slugs in one step', () => {
    const { world } = worldAt()
    world.add({ id: 1, slug: 'a' })
    world.add({ id: 2, slug: 'b' })
    world.swapSlugs(1, 2)
    expect([world.bySlug('a')?.id, world.bySlug('b')?.id]).toEqual([2, 1])
  })

  it('refuses a slug that another channel holds and changes nothing', () => {
    const { world } = worldAt()
    world.add({ id: 1, slug: 'a' })
    world.add({ id: 2, slug: 'b' })
    expect(() => world.rename(1, 'b')).toThrow('slug b is taken')
    expect(() => world.add({ id: 3, slug: 'a' })).toThrow('slug a is taken')
    expect(() =>
      world.update([
        { id: 1, slug: 'c' },
        { id: 2, slug: 'c' },
      ]),
    ).toThrow('slug c is taken')
    expect([world.bySlug('a')?.id, world.bySlug('b')?.id, world.bySlug('c')]).toEqual([1, 2, undefined])
  })

  it('agrees with a plain list of names after any renames and swaps', () => {
    const change = fc.record({
      a: fc.integer({ min: 1, max: 4 }),
      b: fc.integer({ min: 1, max: 4 }),
      name: fc.constantFrom('v', 'w', 'x'),
    })
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const { world } = worldAt()
        const names = new Map([1, 2, 3, 4].map((id) => [id, `channel-${id}`]))
        for (const [id, slug] of names) world.add({ id, slug })
        for (const { a, b, name } of changes) {
          if (a !== b) {
            world.swapSlugs(a, b)
            const held = names.get(a)!
            names.set(a, names.get(b)!).set(b, held)
          } else if (![...names.values()].includes(name)) {
            world.rename(a, name)
            names.set(a, name)
          }
        }
        for (const [id, slug] of names) expect(world.bySlug(slug)?.id).toBe(id)
        for (const slug of ['v', 'w', 'x', 'channel-1']) {
          if (![...names.values()].includes(slug)) expect(world.bySlug(slug)).toBeUndefined()
        }
      }),
    )
  })

  it('frees the old slug of a renamed channel for another', () => {
    const { world } = worldAt()
    world.add({ id: 1, slug: 'a' })
    world.rename(1, 'b')
    world.add({ id: 2, slug: 'a' })
    expect(world.bySlug('a')?.id).toBe(2)
  })

  it('resumes a broadcast with the id and start it had, and starts another with new ones', () => {
    const { world, time } = worldAt()
    world.add({ id: 1, slug: 'a' })
    const first = world.goLive(1)
    time.now += 10 * minute
    world.end(1)
    expect(world.isListed(world.get(1), time.now)).toBe(false)
    time.now += minute
    world.resume(1)
    expect(world.isListed(world.get(1), time.now)).toBe(true)
    expect(world.get(1).stream).toEqual(first)
    world.end(1)
    time.now += minute
    const second = world.goLive(1)
    expect(second.id).not.toBe(first.id)
    expect(second.startedAt).toBe(start + 12 * minute)
  })

  it('hides a banned channel, ends its broadcast and keeps its slug for its return', () => {
    const { world, time } = worldAt()
    world.add({ id: 1, slug: 'a' })
    world.goLive(1)
    world.ban(1)
    expect(world.byId(1)).toBeUndefined()
    expect(world.bySlug('a')).toBeUndefined()
    expect(() => world.add({ id: 2, slug: 'a' })).toThrow('slug a is taken')
    world.unban(1)
    expect(world.bySlug('a')?.id).toBe(1)
    expect(world.isListed(world.get(1), time.now)).toBe(false)
  })

  it('lists no broadcast of a banned channel', () => {
    const { world, time } = worldAt()
    world.add({ id: 1, slug: 'a', banned: true })
    world.goLive(1)
    expect(world.isListed(world.get(1), time.now)).toBe(false)
  })

  it('lists a broadcast 0 to 20 s after its start and until 3 to 20 s after its end when it lags', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1e8 }), (seed, id) => {
        const { world, time } = worldAt({ seed, lag: true })
        world.add({ id, slug: 'a' })
        world.goLive(id)
        const listed = (at: number) => world.isListed(world.get(id), at)
        expect(listed(start - 1)).toBe(false)
        expect(listed(start + 20_000)).toBe(true)
        time.now = start + 5 * minute
        world.end(id)
        expect(listed(time.now + 2_999)).toBe(true)
        expect(listed(time.now + 20_000)).toBe(false)
      }),
    )
    const { world } = worldAt({ lag: true })
    for (let id = 1; id <= 50; id++) {
      world.add({ id, slug: `c${id}` })
      world.goLive(id)
    }
    const late = [...world.channels()].filter((channel) => !world.isListed(channel, start + 10_000)).length
    expect(late).toBeGreaterThan(10)
    expect(late).toBeLessThan(40)
  })

  it('tells the number of viewers as a function of seed, channel and about a minute', () => {
    const { world } = worldAt()
    world.add({ id: 1, slug: 'a', popularity: 1000 })
    world.goLive(1)
    const samples = Array.from({ length: 3600 }, (_, second) => world.viewers(world.get(1), start + second * 1000))
    const changes = samples.flatMap((count, n) => (n > 0 && samples[n - 1] !== count ? [n] : []))
    expect(changes.length).toBeGreaterThan(50)
    expect(changes.length).toBeLessThanOrEqual(60)
    for (const [n, second] of changes.entries()) if (n > 0) expect((second - changes[n - 1]!) % 60).toBe(0)

    const { world: again } = worldAt()
    again.add({ id: 1, slug: 'renamed', popularity: 1000 })
    again.goLive(1)
    expect(samples.map((_, second) => again.viewers(again.get(1), start + second * 1000))).toEqual(samples)
  })

  it('ramps up, never reaches zero while it is shown, and decays before a known end', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1e6 }), (seed, popularity) => {
        const { world } = worldAt({ seed })
        world.add({ id: 5, slug: 'a', popularity })
        world.goLive(5, { expectedEndAt: start + 240 * minute })
        const at = (m: number) => world.viewers(world.get(5), start + m * minute)
        for (let m = 0; m < 240; m++) expect(at(m)).toBeGreaterThan(0)
        const peak = Math.max(...Array.from({ length: 240 }, (_, m) => at(m)))
        if (popularity > 100) {
          expect(at(0)).toBeLessThan(peak / 2)
          expect(at(239)).toBeLessThan(peak)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('tells 0 viewers when they are hidden, and a fixed number when told so', () => {
    const { world, time } = worldAt()
    world.add({ id: 1, slug: 'a' })
    world.goLive(1, { viewers: 77 })
    expect(world.viewers(world.get(1), time.now)).toBe(77)
    world.setViewers(1, 0)
    expect(world.viewers(world.get(1), time.now)).toBe(0)
    world.setViewers(1, null)
    expect(world.viewers(world.get(1), time.now)).toBeGreaterThan(0)
    world.hideViewers(1)
    expect(world.viewers(world.get(1), time.now)).toBe(0)
  })
})
