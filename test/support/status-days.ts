import fc from 'fast-check'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'

const t0 = Date.UTC(2026, 0, 1)
const at = (seconds: number): Date => new Date(t0 + seconds * 1000)

/** A broadcast of the day, in seconds; titles are told by polls and webhooks alike. */
type Broadcast = { from: number; to: number; retitledAt: number }

const titleAt = ({ from, retitledAt }: Broadcast, second: number): string =>
  second < retitledAt ? `first of ${from}` : `second of ${from}`

const day = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 70 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((spans) => {
    let clock = 0
    return spans.map(([pause, length, retitled]): Broadcast => {
      const from = clock + pause * 30
      clock = from + length * 30
      return { from, to: clock, retitledAt: from + retitled * 30 + 7 }
    })
  })

/** Everything polls and webhooks told of a day, with lag of the lists, looks that failed and deliveries that were lost. */
const recorded = (channelId: bigint, broadcasts: readonly Broadcast[], chance: () => number): StatusObservation[] => {
  const told: StatusObservation[] = []
  const over = broadcasts.at(-1)!.to + 600
  for (let second = 11; second < over; second += 60) {
    if (chance() < 0.15) continue
    const lag = chance() < 0.3 ? 15 : 0
    const on = broadcasts.find(({ from, to }) => from + lag <= second && second < to + lag)
    if (on && chance() < 0.9) {
      const details = { title: titleAt(on, second) }
      told.push({ kind: 'live', channelId, at: at(second), source: 'poll', startedAt: at(on.from), details })
    } else told.push({ kind: 'not-live', channelId, at: at(second), source: 'poll' })
  }
  for (const one of broadcasts) {
    const [startedAt, endedAt] = [at(one.from), at(one.to)]
    const common = { channelId, source: 'webhook' as const }
    const first = { title: titleAt(one, one.from) }
    if (chance() < 0.7)
      told.push({ ...common, kind: 'live', at: startedAt, toldAt: at(one.from + 2), startedAt, details: first })
    const last = { title: titleAt(one, one.to) }
    if (chance() < 0.7)
      told.push({ ...common, kind: 'ended', at: endedAt, toldAt: at(one.to + 3), startedAt, endedAt, details: last })
  }
  return told
}

const scenario = (channelId: bigint) =>
  fc
    .tuple(day, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })))
    .map(([broadcasts, chances]) => recorded(channelId, broadcasts, () => chances.next().value as number))

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
