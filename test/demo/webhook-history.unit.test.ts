import { describe, expect, it } from 'vitest'
import { thinning } from '../../src/demo/demo.ts'
import { type PastDelivery, pastDeliveries } from '../../src/demo/history.ts'
import { createScenario } from '../../src/demo/scenario.ts'
import { createWorld } from '../../src/demo/world.ts'
import { createWorldEvents } from '../../src/demo/world-events.ts'

const minute = 60_000
const hour = 60 * minute
const from = Date.UTC(2026, 10, 22, 9, 30)
const seed = 1

const past = (to: number, share: { chat: number; acts: number }, step = 2 * minute): PastDelivery[][] => [
  ...pastDeliveries({
    scenario: createScenario({ seed, channels: 300 }),
    seed,
    from,
    to,
    stepMs: () => step,
    thinning: share,
  }),
]
const chatIds = (deliveries: readonly PastDelivery[]): string[] =>
  deliveries.filter(({ eventType }) => eventType === 'chat.message.sent').map(({ body }) => JSON.parse(body).message_id)

describe('the deliveries of the past', () => {
  it('are the same whenever they are told, and none has the id of another', () => {
    const whole = past(from + 10 * minute, { chat: 0.2, acts: 0.2 }).flat()
    expect(past(from + 10 * minute, { chat: 0.2, acts: 0.2 }).flat()).toEqual(whole)
    expect(past(from + 10 * minute, { chat: 0.2, acts: 0.2 }, 5 * minute).flat()).toEqual(whole)
    expect(new Set(whole.map(({ messageId }) => messageId)).size).toBe(whole.length)
  })

  it('are the same in parts: of broadcasts, and of people by stretches', () => {
    const to = from + 20 * minute
    const told = { scenario: createScenario({ seed, channels: 300 }), seed, stepMs: () => minute, thinning }
    const keysOf = (steps: Iterable<PastDelivery[]>): string[] =>
      [...steps].flat().map(({ messageId, eventType, body }) => `${messageId} ${eventType} ${body}`)
    const whole = keysOf(pastDeliveries({ ...told, from, to }))
    const broadcasts = keysOf(pastDeliveries({ ...told, from, to, part: 'broadcasts' }))
    const people = [from + 12 * minute, from + 5 * minute, from].flatMap((start, n, starts) =>
      keysOf(pastDeliveries({ ...told, from: start, to: starts[n - 1] ?? to, part: 'people' })),
    )
    expect(broadcasts.length).toBeGreaterThan(50)
    expect(people.length).toBeGreaterThan(500)
    expect([...broadcasts, ...people].sort()).toEqual(whole.sort())
  })

  it('come in order, each in the step in which it happened', () => {
    const steps = past(from + 9 * minute, { chat: 0.2, acts: 0.2 })
    expect(steps.length).toBe(5)
    for (const [n, step] of steps.entries()) {
      const times = step.map(({ sentAt }) => sentAt.getTime())
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times[0]).toBeGreaterThanOrEqual(from + n * 2 * minute)
      expect(times.at(-1)).toBeLessThanOrEqual(Math.min(from + (n + 1) * 2 * minute, from + 9 * minute))
    }
  })

  it('hold a part of the chat that goes on live, and every start and end', () => {
    const to = from + 10 * minute
    const all = past(to, { chat: 1, acts: 1 }).flat()
    const part = past(to, { chat: 0.17, acts: 0.25 }).flat()

    let now = from
    const world = createWorld({ clock: () => now, seed })
    const scenario = createScenario({ seed, channels: 300 })
    scenario.advanceTo(world, now)
    const ask = createWorldEvents(world, seed)
    const live: string[] = []
    while (now < to) {
      now += minute
      scenario.advanceTo(world, now)
      for (const event of ask()) if (event.type === 'chat.message.sent') live.push(String(event.body().message_id))
    }

    expect(chatIds(all)).toEqual(live)
    const kept = new Set(chatIds(part))
    expect(live.filter((id) => kept.has(id))).toEqual(chatIds(part))
    expect(kept.size / live.length).toBeGreaterThan(0.13)
    expect(kept.size / live.length).toBeLessThan(0.21)
    const changes = (deliveries: readonly PastDelivery[]) =>
      deliveries.filter(({ eventType }) => eventType.startsWith('livestream.')).map(({ body }) => body)
    expect(changes(part)).toEqual(changes(all))
  })

  it('tell of each broadcast what the world shows: when it began and when it ended', () => {
    const to = from + 2 * hour
    const scenario = createScenario({ seed, channels: 300 })
    const begun = new Set<string>()
    for (let at = from; at <= to; at += minute) {
      for (const { id, stream } of scenario.stateAt(at)) {
        if (stream && stream.startedAt > from)
          begun.add(`${id} ${new Date(stream.startedAt).toISOString().slice(0, 19)}Z`)
      }
    }
    const told = past(to, { chat: 0, acts: 0 })
      .flat()
      .filter(({ eventType }) => eventType === 'livestream.status.updated')
      .map(({ body }) => JSON.parse(body))
    const starts = told.filter(({ is_live }) => is_live)
    expect(starts.map(({ broadcaster, started_at }) => `${broadcaster.user_id} ${started_at}`).sort()).toEqual(
      [...begun].sort(),
    )
    const over = scenario.stateAt(to).filter(({ stream }) => stream?.endedAt && stream.endedAt > from)
    expect(over.length).toBeGreaterThan(50)
    const ends = new Set(told.filter(({ is_live }) => !is_live).map(({ broadcaster }) => broadcaster.user_id))
    const brokenOff = ({ stream, banned }: (typeof over)[number]) =>
      !banned && stream!.endedAt! < stream!.expectedEndAt!
    expect(over.filter((channel) => !ends.has(channel.id) && !brokenOff(channel))).toEqual([])
  })
})
