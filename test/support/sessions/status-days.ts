import fc from 'fast-check'
import type { StatusObservation } from '../../../src/sessions/status-observation.ts'
import { received } from './received.ts'

const t0 = Date.UTC(2026, 0, 1)
const at = (seconds: number): Date => new Date(t0 + seconds * 1000)

/** A broadcast of the day, in seconds; titles are told by polls and webhooks alike. */
type Broadcast = { from: number; to: number; retitledAt: number; id: string }

/** How ends are told: by the start of the broadcast, by its id, or without a word about which. */
type Naming = 'start' | 'id' | 'nothing'

const titleAt = ({ from, retitledAt }: Broadcast, second: number): string =>
  second < retitledAt ? `first of ${from}` : `second of ${from}`

const day = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 70 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((spans) => {
    let clock = 0
    return spans.map(([pause, length, retitled], index): Broadcast => {
      const from = clock + pause * 30
      clock = from + length * 30
      // Now and then a platform gives an id a second time.
      return { from, to: clock, retitledAt: from + retitled * 30 + 7, id: `s${index >> (retitled % 7 === 0 ? 1 : 0)}` }
    })
  })

/**
 * Everything polls and webhooks told of a day: with lag of the lists, looks that failed, lists that left a broadcast out or showed it
 * for minutes after its end, deliveries that were lost or late, ends that were wrong and taken back, and starts told twice.
 */
const recorded = (
  channelId: bigint,
  naming: Naming,
  broadcasts: readonly Broadcast[],
  chance: () => number,
): StatusObservation[] => {
  const told: StatusObservation[] = []
  // A day may be looked at while its last broadcast goes on, or before its lists have made up their minds.
  const over = broadcasts.at(-1)!.to + (chance() < 0.5 ? 1_200 : Math.floor(chance() * 600) - 100)
  const stale = chance() < 0.2 ? 400 : 15
  for (let second = 11; second < over; second += 60) {
    if (chance() < 0.15) continue
    const lag = chance() < 0.3 ? stale : 0
    const poll = { channelId, source: 'poll', ...received(at(second + 1)) } as const
    const on = broadcasts.find(({ from, to }) => from + Math.min(lag, 15) <= second && second < to + lag)
    if (on && chance() < 0.85) {
      const details = { title: titleAt(on, second), platformStreamId: on.id }
      told.push({ ...poll, kind: 'live', at: at(second), startedAt: at(on.from), details })
    } else told.push({ ...poll, kind: 'not-live', at: at(second) })
  }
  const common = { channelId, source: 'webhook' as const }
  for (const one of broadcasts) {
    const startedAt = at(one.from)
    const start = (second: number): StatusObservation => ({
      ...common,
      kind: 'live',
      // A platform that names starts in its ends dates a start by itself, however late it is told.
      at: naming === 'start' ? startedAt : at(second),
      reportedAt: at(second),
      ...received(at(second + 1)),
      startedAt,
      details: { title: titleAt(one, second), platformStreamId: one.id },
    })
    const end = (second: number): StatusObservation => ({
      ...common,
      kind: 'ended',
      at: at(second),
      reportedAt: at(second + 3),
      ...received(at(second + 4)),
      startedAt: naming === 'start' ? startedAt : null,
      platformStreamId: naming === 'id' ? one.id : undefined,
      endedAt: at(second),
      details: naming === 'start' ? { title: titleAt(one, second) } : {},
    })
    if (chance() < 0.7) told.push(start(one.from + 2))
    if (chance() < 0.3) {
      const wrong = one.from + Math.floor(chance() * (one.to - one.from))
      told.push(end(wrong))
      if (chance() < 0.7) told.push(start(wrong + Math.floor(chance() * 120)))
    }
    if (chance() < 0.7) told.push(end(one.to))
    // Told again, and late: perhaps after the next one began.
    if (chance() < 0.1) told.push(end(one.to + Math.floor(chance() * 300)))
  }
  return told
}

const scenario = (channelId: bigint) =>
  fc
    .tuple(
      day,
      fc.constantFrom<Naming>('start', 'id', 'nothing'),
      // Numbers between 0 and 1 as such are mostly tiny: half of all floats are.
      fc.infiniteStream(fc.noBias(fc.nat(999))),
    )
    .map(([broadcasts, naming, chances]) =>
      recorded(channelId, naming, broadcasts, () => (chances.next().value as number) / 1_000),
    )

/** What was told of a channel's day, in order, and the same shuffled with every third observation repeated. */
export const daysToldTwice = (channelId: bigint) =>
  scenario(channelId).chain((told) =>
    fc.tuple(
      fc.constant(told),
      fc.shuffledSubarray([...told, ...told.filter((_, i) => i % 3 === 0)], {
        minLength: told.length + Math.ceil(told.length / 3),
      }),
    ),
  )
