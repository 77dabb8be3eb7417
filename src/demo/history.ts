import type { Thinning } from './community.ts'
import type { PlatformEvent } from './event-bodies.ts'
import type { EventType } from './event-subscriptions.ts'
import { between, createRandom, hash, ulid, unit } from './random.ts'
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
  /** When it would have come to the app, in milliseconds since the epoch: after all that was sent before it. */
  arrivesAt: number
  signature: string
  body: string
}

type Past = {
  scenario: Scenario
  seed: number
  from: number
  to: number
  /** How long the step takes that begins at an instant. */
  stepMs: (at: number) => number
  thinning: Thinning
  /** The share of deliveries about starts and ends that gets lost, 0 to 1; none unless told. */
  lossShare?: number
  /** Which part is told: both unless told. Each part is the same with and without the other, but for when it arrives. */
  part?: Part
}

/** What happens to broadcasts, or what people do in them. */
type Part = 'broadcasts' | 'people'

const salt = { id: 111, lost: 112, way: 113, slow: 114 }
const partSalt: Record<Part, number> = { broadcasts: 0, people: 1 }
const partOf = (type: EventType): Part => (type.startsWith('livestream.') ? 'broadcasts' : 'people')
const nobody: Thinning = { chat: 0, acts: 0 }

/** How long a delivery is on its way, in milliseconds. One in thirty is slow. */
const wayMs = (seed: number, ...parts: number[]): number =>
  unit(seed, salt.slow, ...parts) < 1 / 30
    ? between(200, 900, seed, salt.way, ...parts)
    : between(10, 60, seed, salt.way, ...parts)

/** The longest step of the world after which it still knows all that happened in between. */
const finestMs = 60_000

/** The deliveries of a stretch of the scenario that arrive, thinned out: a value for each step; times are epoch milliseconds. */
export const pastDeliveries = function* (past: Past): Generator<PastDelivery[], void> {
  const { scenario, seed, from, to, stepMs, thinning, lossShare = 0, part } = past
  const isLost = ({ type, broadcasterUserId, at }: PlatformEvent): boolean =>
    type === 'livestream.status.updated' && unit(seed, salt.lost, broadcasterUserId, at) < lossShare
  let now = from
  let arrivesAt = from
  const world = createWorld({ clock: () => now, seed })
  scenario.advanceTo(world, now)
  const eventsSince = createWorldEvents(world, seed, part === 'broadcasts' ? nobody : thinning)
  for (let start = from; start < to; start += stepMs(start)) {
    const end = Math.min(start + stepMs(start), to)
    const deliveries: PastDelivery[] = []
    while (now < end) {
      now = Math.min(now + finestMs, end)
      scenario.advanceTo(world, now)
      const counts: Record<Part, number> = { broadcasts: 0, people: 0 }
      for (const event of eventsSince()) {
        const own = partOf(event.type)
        const parts = [now, counts[own]++, partSalt[own]]
        if ((part ?? own) !== own || isLost(event)) continue
        const random = createRandom(hash(seed, salt.id, ...parts))
        arrivesAt = Math.min(to, Math.max(arrivesAt, Math.round(event.at + wayMs(seed, ...parts))))
        deliveries.push({
          broadcasterUserId: event.broadcasterUserId,
          messageId: ulid(event.at, random),
          eventType: event.type,
          eventVersion: '1',
          sentAt: new Date(Math.floor(event.at / 1000) * 1000),
          arrivesAt,
          signature: '',
          body: JSON.stringify(event.body()),
        })
      }
    }
    yield deliveries
  }
}
