import { castMember, displayName, type Programme, programme, subscribersAt } from './cast.ts'
import { createNames } from './names.ts'
import { newcomerAt } from './newcomer.ts'
import { unit, uuid } from './random.ts'
import { latestBan, latestStream, type PlannedStream } from './schedule.ts'
import type { Channel, ChannelPatch, Stream, World } from './world.ts'

/** How long a broadcast keeps its title. */
const partMs = 50 * 60_000
const salt = { hidden: 61, hiddenOnce: 62, stream: 63 }

/** Whether two values, and those that they hold, are the same; texts and numbers as well as objects of them. */
const isAlike = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a) as (keyof typeof a)[]
  return keys.length === Object.keys(b).length && keys.every((key) => isAlike(a[key], b[key]))
}

/** Channels whose whole life depends on seed and instant alone, so that it goes on after a restart. */
export type Scenario = {
  /** The channels at an instant, always in the same order and with the same ids. */
  stateAt(at: number): readonly Channel[]
  /** Gives the world its state at an instant, which may lie before or after the current one. */
  advanceTo(world: World, at: number): void
}

export type ScenarioOptions = {
  seed: number
  channels: number
  /** One channel more, the last: `newcomerAt` says what it does. */
  hasNewcomer?: boolean
}

/** Makes a scenario. About 29 of 100 channels are live at any time, and half of these change within minutes. */
export const createScenario = ({ seed, channels: count, hasNewcomer = false }: ScenarioOptions): Scenario => {
  const cast = Array.from({ length: count }, (_, n) => castMember(seed, n))
  const nameOf = createNames(seed, count)
  const shows: { part: number; show: Programme & { id: string } }[] = []

  /** The details of a part of a broadcast, kept because states are read every second. */
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
      subscribers: subscribersAt(seed, n, member, at),
      hidesViewers: unit(seed, salt.hidden, n) < 0.03 || unit(seed, salt.hiddenOnce, n, plan?.cycle ?? 0) < 0.03,
      banned: ban !== null && at < ban.to,
      stream: plan && streamAt(n, plan, at),
    }
  }
  /** The latest state, because two worlds can be given the same one. */
  let latest: { at: number; channels: readonly Channel[] } | null = null
  const stateAt = (at: number): readonly Channel[] => {
    if (latest?.at !== at) {
      const channels = cast.map((member, n) => memberAt(member, n, at))
      latest = { at, channels: hasNewcomer ? [...channels, newcomerAt(seed, count, at)] : channels }
    }
    return latest.channels
  }

  return {
    stateAt,
    advanceTo(world, at) {
      const known = new Map([...world.channels()].map((channel) => [channel.id, channel]))
      const changed: ChannelPatch[] = []
      for (const channel of stateAt(at)) {
        const current = known.get(channel.id)
        if (!current) world.add(channel)
        else if (!isAlike(current, channel)) changed.push(channel)
      }
      world.update(changed)
    },
  }
}

/** Advances the world to its clock, at once and then every second until disposed; `onAdvanced` follows each step but the first. */
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
