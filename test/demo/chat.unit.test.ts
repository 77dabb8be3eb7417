import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PlatformEvent } from '../../src/demo/event-bodies.ts'
import { createScenario } from '../../src/demo/scenario.ts'
import { createWorld, type World } from '../../src/demo/world.ts'
import { createWorldEvents } from '../../src/demo/world-events.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 22, 9, 30)

/** The scenario's events from `start` on, asked for in steps of these lengths in milliseconds, and the world after each step. */
const live = (seed: number, steps: readonly number[], visit: (world: World, events: PlatformEvent[]) => void) => {
  let now = start
  const world = createWorld({ clock: () => now, seed })
  const scenario = createScenario({ seed, channels: 300 })
  scenario.advanceTo(world, now)
  const ask = createWorldEvents(world, seed)
  for (const step of steps) {
    now += step
    scenario.advanceTo(world, now)
    visit(world, ask())
  }
}

const every = (stepMs: number, totalMs: number): number[] => Array.from({ length: totalMs / stepMs }, () => stepMs)

/** A world of one channel that is live from `start` on, and the events of its next milliseconds. */
const stage = (viewers: number | null) => {
  let now = start
  const world = createWorld({ clock: () => now })
  world.add({ id: 7, slug: 'nova', popularity: 5_000 })
  const ask = createWorldEvents(world, 1)
  if (viewers !== null) world.goLive(7, { viewers })
  const chat = (ms: number): PlatformEvent[] => {
    now += ms
    return ask().filter(({ type }) => type === 'chat.message.sent')
  }
  return { world, chat }
}

// biome-ignore lint/suspicious/noExplicitAny: wire JSON under test
const bodyOf = (event: PlatformEvent): any => event.body()

describe('the chat of the scenario', () => {
  const bodies: ReturnType<typeof bodyOf>[] = []
  const counts: Record<string, number> = {}
  const hour = 60 * minute

  beforeAll(() => {
    live(1, every(30_000, hour), (_world, events) => {
      for (const event of events) {
        counts[event.type] = (counts[event.type] ?? 0) + 1
        if (event.type === 'chat.message.sent') bodies.push(event.body())
      }
    })
  })

  it('has five to fifteen messages a second and up to a few follows', () => {
    expect(bodies.length / 3_600).toBeGreaterThan(5)
    expect(bodies.length / 3_600).toBeLessThan(15)
    expect(counts['channel.followed']! / 3_600).toBeGreaterThan(0.2)
    expect(counts['channel.followed']! / 3_600).toBeLessThan(3)
  })

  it('has everything else now and then', () => {
    for (const type of [
      'channel.subscription.new',
      'channel.subscription.renewal',
      'channel.subscription.gifts',
      'channel.reward.redemption.updated',
      'kicks.gifted',
      'moderation.banned',
      'livestream.metadata.updated',
    ]) {
      expect([type, counts[type]! > 10 && counts[type]! < 400]).toEqual([type, true])
    }
  })

  it('gives every message an id of its own, and replies quote a message that was written before', () => {
    const byId = new Map(bodies.map((body) => [body.message_id, body]))
    expect(byId.size).toBe(bodies.length)
    const replies = bodies.filter(({ replies_to }) => replies_to !== null)
    expect(replies.length).toBeGreaterThan(100)
    for (const { replies_to, broadcaster, created_at } of replies) {
      const quoted = byId.get(replies_to.message_id)
      if (!quoted) continue
      expect(quoted.broadcaster.user_id).toBe(broadcaster.user_id)
      expect(replies_to).toMatchObject({ content: quoted.content, sender: { user_id: quoted.sender.user_id } })
      expect(quoted.created_at <= created_at).toBe(true)
    }
  })

  it('is written by regulars and by others, who never change their names unless they stream', () => {
    const names = new Map<number, string>()
    const busiest = new Map<number, number>()
    const channel = bodies[0].broadcaster.user_id
    const changed: string[] = []
    for (const { sender, broadcaster } of bodies) {
      if (sender.user_id !== broadcaster.user_id) {
        if ((names.get(sender.user_id) ?? sender.username) !== sender.username) changed.push(sender.username)
        names.set(sender.user_id, sender.username)
      }
      if (broadcaster.user_id === channel) busiest.set(sender.user_id, (busiest.get(sender.user_id) ?? 0) + 1)
    }
    expect(changed).toEqual([])
    const times = [...busiest.values()]
    expect(Math.max(...times)).toBeGreaterThan(3)
    expect(times.filter((n) => n === 1).length).toBeGreaterThan(5)
  })

  it('is varied, and emotes stand where the message says', () => {
    expect(new Set(bodies.map(({ content }) => content)).size).toBeGreaterThan(1_000)
    const uses = bodies.flatMap(({ content, emotes }) =>
      // biome-ignore lint/suspicious/noExplicitAny: wire JSON under test
      (emotes ?? []).flatMap(({ emote_id, positions }: any) =>
        // biome-ignore lint/suspicious/noExplicitAny: wire JSON under test
        positions.map(({ s, e }: any) => ({ emote_id, text: [...content].slice(s, e + 1).join('') })),
      ),
    )
    expect(uses.length).toBeGreaterThan(1_000)
    expect(uses.filter(({ emote_id, text }) => !new RegExp(`^\\[emote:${emote_id}:\\w+\\]$`).test(text))).toEqual([])
    expect(bodies.filter(({ content }) => content.trim() === '')).toEqual([])
  })
})

describe('chat', () => {
  it('is the same however often one asks', () => {
    const total = 2 * minute
    const told = (steps: readonly number[]): string[] => {
      const ids: string[] = []
      live(3, steps, (_world, events) => {
        for (const event of events) if (event.type === 'chat.message.sent') ids.push(bodyOf(event).message_id)
      })
      return ids.sort()
    }
    const whole = told([minute, minute])
    expect(whole.length).toBeGreaterThan(300)
    const happened: number[] = []
    live(3, [minute], (_world, events) => happened.push(...events.map(({ at }) => at - start)))
    const cuts = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: total - 1 }), fc.constantFrom(...happened)), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(cuts, (some) => {
        const instants = [...new Set([...some, minute, total])].sort((a, b) => a - b)
        expect(told(instants.map((instant, n) => instant - (instants[n - 1] ?? 0)))).toEqual(whole)
      }),
      { numRuns: 10 },
    )
  })

  it('grows with the audience', () => {
    const [small, large] = [stage(30), stage(10_000)]
    const count = ({ chat }: ReturnType<typeof stage>) => Array.from({ length: 30 }, () => chat(minute).length)
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0)
    expect(sum(count(large))).toBeGreaterThan(10 * sum(count(small)))
  })

  it('is silent before a broadcast, after its end and during a ban', () => {
    const { world, chat } = stage(null)
    expect(chat(minute)).toEqual([])
    world.goLive(7, { viewers: 10_000 })
    const during = chat(minute)
    expect(during.length).toBeGreaterThan(10)
    expect(during.every(({ at }) => at > start + minute && at <= start + 2 * minute)).toBe(true)
    world.end(7)
    expect(chat(minute)).toEqual([])
    world.resume(7)
    expect(chat(minute).length).toBeGreaterThan(10)
    world.ban(7)
    expect(chat(minute)).toEqual([])
  })

  it('follows those who watch, also when their number is hidden', () => {
    const { world, chat } = stage(10_000)
    world.hideViewers(7)
    expect(chat(minute).length).toBeGreaterThan(10)
  })

  it('is not made up for a long pause', () => {
    const { chat } = stage(10_000)
    const hours = chat(600 * minute)
    expect(hours.length).toBeGreaterThan(10)
    expect(hours.every(({ at }) => at > start + 599 * minute)).toBe(true)
  })
})
