import { communityEvents, type Thinning, unthinned } from './community.ts'
import { metadataBody, type PlatformEvent, statusBody } from './event-bodies.ts'
import type { Channel, Stream, World } from './world.ts'

/** After a longer pause of the caller, only the events of people in this last stretch are reported. */
const longestMs = 60_000

/** The running broadcast. One that broke off before its time counts as running, because it comes back without an event. */
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

/** Makes the function that returns what happened since its last call, in order; what runs already is not reported. */
export const createWorldEvents = (
  world: World,
  seed: number,
  thinning: Thinning = unthinned,
): (() => PlatformEvent[]) => {
  const reported = new Map<number, Stream>()
  const known = new Set<number>()
  let last = world.clock()

  const meet = (channel: Channel): void => {
    known.add(channel.id)
    const stream = announced(channel)
    if (stream && stream.startedAt <= last) reported.set(channel.id, stream)
  }
  for (const channel of world.channels()) meet(channel)

  const statusEvents = (channel: Channel, now: number): PlatformEvent[] => {
    const events: PlatformEvent[] = []
    const report = (type: PlatformEvent['type'], at: number, body: PlatformEvent['body']): void =>
      void events.push({ type, broadcasterUserId: channel.id, at, body })
    const was = reported.get(channel.id)
    const running = announced(channel)
    // A broadcast that broke off during a ban was not reported as running. It begins again only when it goes on.
    const is = running?.endedAt === null || running?.id === was?.id ? running : null
    if (was && was.id !== is?.id) {
      const ended =
        channel.stream?.id === was.id ? channel.stream : { ...was, endedAt: was.endedAt ?? is?.startedAt ?? now }
      report('livestream.status.updated', ended.endedAt ?? now, () => statusBody(channel, ended, false))
      reported.delete(channel.id)
    }
    if (!is) return events
    if (was?.id !== is.id) {
      report('livestream.status.updated', Math.max(is.startedAt, last), () => statusBody(channel, is, true))
    } else if (!sameAbout(was, is)) {
      report('livestream.metadata.updated', now, () => metadataBody(channel, is))
    }
    reported.set(channel.id, is)
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
