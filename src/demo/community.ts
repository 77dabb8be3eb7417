import { chatText } from './chat-text.ts'
import { badgesOf, colorOf, member, newcomer, ownerOf, rankOf } from './chatters.ts'
import {
  bannedBody,
  type ChatMessage,
  chatBody,
  followBody,
  giftsBody,
  kicksBody,
  type PlatformEvent,
  rewardBody,
  subscriptionBody,
} from './event-bodies.ts'
import type { EventType } from './event-subscriptions.ts'
import { between, createRandom, hash, ulid, unit, uuid } from './random.ts'
import type { Channel, Stream } from './world.ts'

/** How often something happens is decided once for each slot of this length. */
const slotMs = 10_000

/** One event of a rate; slot and index together identify it. */
type Occurrence = { at: number; slot: number; index: number }

/** What happens after `after` and up to `upTo`, in order, at `rate` a second; `stream` separates different kinds. */
const occurrences = (
  seed: number,
  stream: number,
  channelId: number,
  rate: (at: number) => number,
  after: number,
  upTo: number,
): Occurrence[] => {
  const found: Occurrence[] = []
  for (let slot = Math.floor(after / slotMs); slot * slotMs <= upTo; slot++) {
    const luck = between(0.4, 1.6, seed, stream, channelId, slot)
    const expected = rate(slot * slotMs) * luck * (slotMs / 1_000)
    const count = Math.floor(expected + unit(seed, stream, channelId, slot, 1))
    for (let index = 0; index < count; index++) {
      const position = (index + unit(seed, stream, channelId, slot, 2, index)) / count
      const at = Math.floor((slot + position) * slotMs)
      if (at > after && at <= upTo) found.push({ at, slot, index })
    }
  }
  return found
}

const salt = { chat: 101, message: 102, owner: 103, reply: 104, hype: 105, act: 106, kind: 107, kept: 108 }

/** Chat messages a second at this number of viewers; every twentieth minute is excited. */
const chatRate = (seed: number, channelId: number, viewers: number, at: number): number => {
  const excitement = unit(seed, salt.hype, channelId, Math.floor(at / 60_000)) < 0.05 ? 3 : 1
  return Math.min(1.5, 0.0035 * viewers ** 0.65) * excitement
}

/** Follows, subscriptions, gifts and the like a second at this number of viewers. */
const actRate = (viewers: number): number => Math.min(0.15, 0.0002 * viewers ** 0.75)

const messageOf = (seed: number, channel: Channel, stream: Stream, { at, slot, index }: Occurrence): ChatMessage => {
  const parts = [channel.id, slot, index]
  const byOwner = unit(seed, salt.owner, ...parts) < 0.03
  const rank = rankOf(seed, channel, slot, index)
  const sender = byOwner ? ownerOf(channel) : member(seed, channel, rank)
  return {
    id: uuid(seed, salt.message, ...parts),
    sender,
    color: colorOf(seed, sender),
    badges: byOwner ? [{ text: 'Broadcaster', type: 'broadcaster' }] : badgesOf(seed, channel, rank),
    ...chatText(seed, stream.language, channel.username, ...parts),
    at,
  }
}

const acts: readonly { share: number; type: EventType }[] = [
  { share: 0.74, type: 'channel.followed' },
  { share: 0.81, type: 'channel.subscription.new' },
  { share: 0.87, type: 'channel.subscription.renewal' },
  { share: 0.9, type: 'channel.subscription.gifts' },
  { share: 0.94, type: 'kicks.gifted' },
  { share: 0.97, type: 'channel.reward.redemption.updated' },
  { share: 1, type: 'moderation.banned' },
]

const actBody = (seed: number, channel: Channel, type: EventType, { at, slot, index }: Occurrence) => {
  const random = createRandom(hash(seed, salt.act, channel.id, slot, index))
  const someone = () => member(seed, channel, rankOf(seed, channel, slot, index, Math.floor(random() * 1e6)))
  switch (type) {
    case 'channel.subscription.new':
      return subscriptionBody(channel, someone(), 1, at)
    case 'channel.subscription.renewal':
      return subscriptionBody(channel, someone(), 2 + Math.floor(random() * 22), at)
    case 'channel.subscription.gifts': {
      const giftees = Array.from({ length: [1, 1, 1, 5, 10][Math.floor(random() * 5)]! }, someone)
      return giftsBody(channel, random() < 0.2 ? null : someone(), giftees, at)
    }
    case 'kicks.gifted':
      return kicksBody(channel, someone(), [1, 10, 50, 100, 500][Math.floor(random() * 5)]!, 'for the team', at)
    case 'channel.reward.redemption.updated':
      return rewardBody(channel, someone(), ulid(at, random), 'something with guitars', at)
    case 'moderation.banned':
      return bannedBody(channel, member(seed, channel, 0), someone(), random() < 0.5 ? 10 : null, at)
    default:
      return followBody(channel, newcomer(seed, channel, slot, index))
  }
}

/** The share of events that is kept, 0 to 1; the others are left out evenly. */
export type Thinning = { chat: number; acts: number }

/** Keeps all events. */
export const unthinned: Thinning = { chat: 1, acts: 1 }

/** What people do in a live channel after `after` and up to `upTo`; `audience` is the viewers at an instant. */
export const communityEvents = (
  seed: number,
  channel: Channel,
  stream: Stream,
  audience: (at: number) => number,
  after: number,
  upTo: number,
  thinning: Thinning,
): PlatformEvent[] => {
  const broadcasterUserId = channel.id
  const happen = (share: number, stream: number, rate: (at: number) => number): Occurrence[] =>
    share === 0 ? [] : occurrences(seed, stream, channel.id, rate, after, upTo)
  const isKept = (share: number, { slot, index }: Occurrence, kind: number): boolean =>
    share >= 1 || unit(seed, salt.kept, channel.id, slot, index, kind) < share

  const chat = happen(thinning.chat, salt.chat, (at) => chatRate(seed, channel.id, audience(at), at))
    .filter((occurrence) => isKept(thinning.chat, occurrence, 0))
    .map((occurrence): PlatformEvent => {
      const { at, slot, index } = occurrence
      return {
        type: 'chat.message.sent',
        broadcasterUserId,
        at,
        body() {
          const isReply = index > 0 && unit(seed, salt.reply, channel.id, slot, index) < 0.25
          const repliesTo = isReply ? messageOf(seed, channel, stream, { at, slot, index: index - 1 }) : null
          return chatBody(channel, messageOf(seed, channel, stream, occurrence), repliesTo)
        },
      }
    })

  const others = happen(thinning.acts, salt.act, (at) => actRate(audience(at)))
    .filter((occurrence) => isKept(thinning.acts, occurrence, 1))
    .map((occurrence): PlatformEvent => {
      const kind = unit(seed, salt.kind, channel.id, occurrence.slot, occurrence.index)
      const { type } = acts.find(({ share }) => kind < share)!
      return { type, broadcasterUserId, at: occurrence.at, body: () => actBody(seed, channel, type, occurrence) }
    })

  return [...chat, ...others]
}
