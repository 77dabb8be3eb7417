import type { Thinning } from './community.ts'
import type { EventType } from './event-subscriptions.ts'
import { createRandom, hash, ulid } from './random.ts'
import type { Scenario } from './scenario.ts'
import { createWorld } from './world.ts'
import { createWorldEvents } from './world-events.ts'

/** A delivery of the past, which subscribers would have got; unsigned. */
export type PastDelivery = {
  broadcasterUserId: number
  /** ULID; the same for the same past. */
  messageId: string
  eventType: EventType
  eventVersion: string
  /** Whole seconds. */
  sentAt: Date
  signature: string
  body: string
}

type Past = { scenario: Scenario; seed: number; from: number; to: number; stepMs: number; thinning: Thinning }

const salt = { id: 111 }

/** The longest step of the world after which it still knows all that happened in between. */
const finestMs = 60_000

/** The deliveries of a stretch of the scenario, thinned out: a value for each step; times are epoch milliseconds. */
export const pastDeliveries = function* (past: Past): Generator<PastDelivery[], void> {
  const { scenario, seed, from, to, stepMs, thinning } = past
  let now = from
  const world = createWorld({ clock: () => now, seed })
  scenario.advanceTo(world, now)
  const eventsSince = createWorldEvents(world, seed, thinning)
  for (let start = from; start < to; start += stepMs) {
    const end = Math.min(start + stepMs, to)
    const deliveries: PastDelivery[] = []
    while (now < end) {
      now = Math.min(now + finestMs, end)
      scenario.advanceTo(world, now)
      for (const [n, event] of eventsSince().entries()) {
        const random = createRandom(hash(seed, salt.id, now, n))
        deliveries.push({
          broadcasterUserId: event.broadcasterUserId,
          messageId: ulid(event.at, random),
          eventType: event.type,
          eventVersion: '1',
          sentAt: new Date(Math.floor(event.at / 1000) * 1000),
          signature: '',
          body: JSON.stringify(event.body()),
        })
      }
    }
    yield deliveries
  }
}
