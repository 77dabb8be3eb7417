import { communityEvents, type Thinning, unthinned } from './community.ts'
import { metadataBody, statusBody } from './event-bodies.ts'
import type { PlatformEvent } from './platform-event.ts'
import type { Channel, Stream, World } from './world.ts'

/** After a longer pause of whoever asks, for example of the machine, only this much of what people did is told. */
const longestMs = 60_000

/**
 * The broadcast that the platform takes for running. One that broke off before its time counts as running: it comes back, and
 * nobody is told.
 */
const announced = ({ banned, stream }: Channel): Stream | null => {
  if (!stream || banned) return null
  const brokeOff = stream.endedAt !== null && stream.expectedEndAt !== null && stream.endedAt < stream.expectedEndAt
  return stream.endedAt === null || brokeOff ? stream : null
}

const sameAbout = (a: Stream, b: Stream): boolean =>
  a.title === b.title &&
  a.language === b.language &&
  a.isMature === b.isMature &&
  a.category?.id === b.category?.id &&
  a.category?.name === b.category?.name

/**
 * Answers what happened in the world since the last question, or since now, in order of time: starts and ends of broadcasts,
 * changes of what they are about, and what people did meanwhile. Broadcasts that ran before are not told.
 */
export const createWorldEvents = (
  world: World,
  seed: number,
  thinning: Thinning = unthinned,
): (() => PlatformEvent[]) => {
  const told = new Map<number, Stream>()
  const known = new Set<number>()
  let last = world.clock()

  const meet = (channel: Channel): void => {
    known.add(channel.id)
    const stream = announced(channel)
    if (stream && stream.startedAt <= last) told.set(channel.id, stream)
  }
  for (const channel of world.channels()) meet(channel)

  const statusEvents = (channel: Channel, now: number): PlatformEvent[] => {
    const events: PlatformEvent[] = []
    const tell = (type: PlatformEvent['type'], at: number, body: PlatformEvent['body']): void =>
      void events.push({ type, broadcasterUserId: channel.id, at, body })
    const was = told.get(channel.id)
    const running = announced(channel)
    // One that broke off while nobody took it for running, as during a ban, begins again only when it goes on.
    const is = running?.endedAt === null || running?.id === was?.id ? running : null
    if (was && was.id !== is?.id) {
      const ended =
        channel.stream?.id === was.id ? channel.stream : { ...was, endedAt: was.endedAt ?? is?.startedAt ?? now }
      tell('livestream.status.updated', ended.endedAt ?? now, () => statusBody(channel, ended, false))
      told.delete(channel.id)
    }
    if (!is) return events
    if (was?.id !== is.id) {
      tell('livestream.status.updated', Math.max(is.startedAt, last), () => statusBody(channel, is, true))
    } else if (!sameAbout(was, is)) {
      tell('livestream.metadata.updated', now, () => metadataBody(channel, is))
    }
    told.set(channel.id, is)
    return events
  }

  const peopleEvents = (channel: Channel, now: number): PlatformEvent[] => {
    const { stream } = channel
    if (!stream) return []
    const after = Math.max(last, now - longestMs, stream.startedAt)
    const upTo = Math.min(now, stream.endedAt ?? now)
    if (after >= upTo) return []
    const audience = (at: number): number => world.audience(channel, Math.max(at, stream.startedAt))
    return communityEvents(seed, channel, stream, audience, after, upTo, thinning)
  }

  return () => {
    const now = world.clock()
    const events: PlatformEvent[] = []
    for (const channel of world.channels()) {
      if (!known.has(channel.id)) meet(channel)
      events.push(...statusEvents(channel, now))
      if (!channel.banned) events.push(...peopleEvents(channel, now))
    }
    last = now
    return events.sort((a, b) => a.at - b.at)
  }
}
