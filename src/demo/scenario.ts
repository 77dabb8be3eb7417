import { isDeepStrictEqual } from 'node:util'
import { castMember, displayName, programme } from './cast.ts'
import { createNames } from './names.ts'
import { unit, uuid } from './random.ts'
import { latestBan, latestStream } from './schedule.ts'
import type { Channel, ChannelPatch, Stream, World } from './world.ts'

const minute = 60_000
const salt = { hidden: 61, hiddenOnce: 62, stream: 63 }

/** A cast of channels whose whole life is a function of seed and instant: a restart meets the world where it would be. */
export type Scenario = {
  /** The channels at an instant, always in the same order and with the same ids. */
  stateAt(at: number): Channel[]
  /** Makes the world what it is at this instant, before or after the one it shows. */
  advanceTo(world: World, at: number): void
}

const streamAt = (seed: number, n: number, at: number): { stream: Stream | null; cycle: number } => {
  const plan = latestStream(seed, n, at)
  if (!plan) return { stream: null, cycle: -1 }
  const { from, to, cycle, interruption } = plan
  const isInterrupted = interruption !== null && interruption.from <= at && at < interruption.to
  const age = Math.min(at, to) - from
  const stream = {
    id: uuid(seed, salt.stream, n, cycle),
    startedAt: from,
    endedAt: isInterrupted ? interruption.from : at >= to ? to : null,
    expectedEndAt: to,
    ...programme(seed, n, {
      part: cycle * 100 + Math.floor(age / (50 * minute)),
      topic: cycle * 100 + Math.floor(age / (100 * minute)),
    }),
    viewers: null,
  }
  return { stream, cycle }
}

/** About 29 in 100 channels are live at any time, half of them in bursts of minutes, so that something happens every few seconds. */
export const createScenario = ({ seed, channels: count }: { seed: number; channels: number }): Scenario => {
  const cast = Array.from({ length: count }, (_, n) => castMember(seed, n))
  const nameOf = createNames(seed, count)

  const memberAt = (member: Channel, n: number, at: number): Channel => {
    const slug = nameOf(n, at) ?? member.slug
    const ban = latestBan(seed, n, at)
    const { stream, cycle } = streamAt(seed, n, at)
    return {
      ...member,
      slug,
      username: displayName(slug),
      hidesViewers: unit(seed, salt.hidden, n) < 0.03 || unit(seed, salt.hiddenOnce, n, cycle) < 0.03,
      banned: ban !== null && at < ban.to,
      stream,
    }
  }
  const stateAt = (at: number): Channel[] => cast.map((member, n) => memberAt(member, n, at))

  return {
    stateAt,
    advanceTo(world, at) {
      const known = new Map([...world.channels()].map((channel) => [channel.id, channel]))
      const changed: ChannelPatch[] = []
      for (const channel of stateAt(at)) {
        const current = known.get(channel.id)
        if (!current) world.add(channel)
        else if (!isDeepStrictEqual(current, channel)) changed.push(channel)
      }
      world.update(changed)
    },
  }
}

/** Keeps the world at its clock, once a second, from now until disposed. */
export const startScenario = (scenario: Scenario, world: World, everyMs = 1_000): AsyncDisposable => {
  scenario.advanceTo(world, world.clock())
  const timer = setInterval(() => scenario.advanceTo(world, world.clock()), everyMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
    },
  }
}
