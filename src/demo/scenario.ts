import { isDeepStrictEqual } from 'node:util'
import { castMember, displayName, type Programme, programme } from './cast.ts'
import { createNames } from './names.ts'
import { unit, uuid } from './random.ts'
import { latestBan, latestStream, type PlannedStream } from './schedule.ts'
import type { Channel, ChannelPatch, Stream, World } from './world.ts'

/** How long a broadcast keeps its title. */
const partMs = 50 * 60_000
const salt = { hidden: 61, hiddenOnce: 62, stream: 63 }

/** A cast of channels whose whole life is a function of seed and instant: a restart meets the world where it would be. */
export type Scenario = {
  /** The channels at an instant, always in the same order and with the same ids. */
  stateAt(at: number): Channel[]
  /** Makes the world what it is at this instant, before or after the one it shows. */
  advanceTo(world: World, at: number): void
}

/** About 29 in 100 channels are live at any time, half of them in bursts of minutes, so that something happens every few seconds. */
export const createScenario = ({ seed, channels: count }: { seed: number; channels: number }): Scenario => {
  const cast = Array.from({ length: count }, (_, n) => castMember(seed, n))
  const nameOf = createNames(seed, count)
  const shows: { part: number; show: Programme & { id: string } }[] = []

  /** The part of a broadcast that stays as it is for a while, kept because states are asked for every second. */
  const showAt = (n: number, cycle: number, age: number): Programme & { id: string } => {
    const part = cycle * 100 + Math.floor(age / partMs)
    if (shows[n]?.part !== part) {
      shows[n] = { part, show: { id: uuid(seed, salt.stream, n, cycle), ...programme(seed, n, part) } }
    }
    return shows[n].show
  }
  const streamAt = (n: number, { from, to, cycle, interruption }: PlannedStream, at: number): Stream => {
    const isInterrupted = interruption !== null && interruption.from <= at && at < interruption.to
    const endedAt = at >= to ? to : null
    return {
      ...showAt(n, cycle, Math.min(at, to) - from),
      startedAt: from,
      endedAt: isInterrupted ? interruption.from : endedAt,
      expectedEndAt: to,
      viewers: null,
    }
  }
  const memberAt = (member: Channel, n: number, at: number): Channel => {
    const slug = nameOf(n, at) ?? member.slug
    const plan = latestStream(seed, n, at)
    const ban = latestBan(seed, n, at)
    return {
      ...member,
      slug,
      username: displayName(slug),
      hidesViewers: unit(seed, salt.hidden, n) < 0.03 || unit(seed, salt.hiddenOnce, n, plan?.cycle ?? 0) < 0.03,
      banned: ban !== null && at < ban.to,
      stream: plan && streamAt(n, plan, at),
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

/** Keeps the world at its clock, once a second, from now until disposed; `onAdvanced` is called each time but the first. */
export const startScenario = (scenario: Scenario, world: World, onAdvanced: () => void = () => {}): AsyncDisposable => {
  scenario.advanceTo(world, world.clock())
  const timer = setInterval(() => {
    scenario.advanceTo(world, world.clock())
    onAdvanced()
  }, 1_000)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
    },
  }
}
