import type { EmoteUse } from './chat-text.ts'
import type { Badge, Person } from './chatters.ts'
import type { EventType } from './event-subscriptions.ts'
import { category, wireTime } from './render.ts'
import type { Channel, Stream } from './world.ts'

/** Something that happened on the simulated platform and that subscribers are notified of. */
export type PlatformEvent = {
  readonly type: EventType
  readonly broadcasterUserId: number
  /** Epoch milliseconds. */
  readonly at: number
  /** Renders the body of its delivery. */
  body(): Record<string, unknown>
}

/** A person in the shape of events; only some events have the picture and the identity in chat. */
const person = ({ id, username, slug }: Person, more: { picture?: string; identity?: object } = {}) => ({
  is_anonymous: false,
  user_id: id,
  username,
  is_verified: false,
  profile_picture: more.picture ?? '',
  channel_slug: slug,
  identity: more.identity ?? null,
})

const anonymous = {
  is_anonymous: true,
  user_id: null,
  username: null,
  is_verified: null,
  profile_picture: null,
  channel_slug: null,
  identity: null,
}

const broadcaster = (channel: Channel) => person(channel, { picture: channel.avatar })

/** A chat message and who wrote it. */
export type ChatMessage = {
  /** UUID. */
  id: string
  sender: Person
  color: string
  badges: Badge[]
  content: string
  emotes: EmoteUse[] | null
  at: number
}

/** Body of `chat.message.sent`. */
export const chatBody = (channel: Channel, message: ChatMessage, repliesTo: ChatMessage | null) => ({
  message_id: message.id,
  broadcaster: broadcaster(channel),
  sender: person(message.sender, { identity: { username_color: message.color, badges: message.badges } }),
  content: message.content,
  emotes: message.emotes,
  replies_to: repliesTo && {
    message_id: repliesTo.id,
    content: repliesTo.content,
    sender: person(repliesTo.sender),
  },
  created_at: wireTime(message.at),
})

/** Body of `channel.followed`. */
export const followBody = (channel: Channel, follower: Person) => ({
  broadcaster: broadcaster(channel),
  follower: person(follower),
})

const dayMs = 86_400_000

/** Body of `channel.subscription.new` (one month) and of `channel.subscription.renewal`, whose `created_at` is in the first month. */
export const subscriptionBody = (channel: Channel, subscriber: Person, months: number, at: number) => ({
  broadcaster: broadcaster(channel),
  subscriber: person(subscriber),
  duration: months,
  created_at: wireTime(at - (months - 1) * 30 * dayMs),
  expires_at: wireTime(at + 30 * dayMs),
})

/** Body of `channel.subscription.gifts`; without a gifter it is anonymous. */
export const giftsBody = (channel: Channel, gifter: Person | null, giftees: readonly Person[], at: number) => ({
  broadcaster: broadcaster(channel),
  gifter: gifter ? person(gifter) : anonymous,
  giftees: giftees.map((giftee) => person(giftee)),
  created_at: wireTime(at),
  expires_at: wireTime(at + 30 * dayMs),
})

const withoutIdentity = (who: Person) => {
  const { is_anonymous: _anonymous, identity: _identity, ...rest } = person(who)
  return rest
}

/** Body of `kicks.gifted`. */
export const kicksBody = (channel: Channel, sender: Person, amount: number, message: string, at: number) => ({
  broadcaster: broadcaster(channel),
  sender: withoutIdentity(sender),
  gift: {
    amount,
    name: amount < 100 ? 'Hell Yeah' : 'Full Send',
    type: 'BASIC',
    tier: amount < 100 ? 'BASIC' : 'MID',
    message,
    pinned_time_seconds: amount < 100 ? 0 : 120,
  },
  created_at: wireTime(at),
})

/** Body of `moderation.banned`; without minutes the ban has no end. */
export const bannedBody = (
  channel: Channel,
  moderator: Person,
  banned: Person,
  minutes: number | null,
  at: number,
) => ({
  broadcaster: broadcaster(channel),
  moderator: person(moderator),
  banned_user: person(banned),
  metadata: {
    reason: 'spam',
    created_at: wireTime(at),
    expires_at: minutes === null ? null : wireTime(at + minutes * 60_000),
  },
})

/** Body of `channel.reward.redemption.updated`. */
export const rewardBody = (channel: Channel, redeemer: Person, id: string, input: string, at: number) => ({
  id,
  user_input: input,
  status: 'pending',
  redeemed_at: wireTime(at),
  reward: { id: '01JDEMXREWARD0000000000000', title: 'Pick the next song', cost: 500, description: '' },
  redeemer: { user_id: redeemer.id, username: redeemer.username, channel_slug: redeemer.slug },
  broadcaster: { user_id: channel.id, username: channel.username, channel_slug: channel.slug },
})

/** Body of `livestream.status.updated` at the start or at the end of a broadcast. */
export const statusBody = (channel: Channel, stream: Stream, isLive: boolean) => ({
  broadcaster: broadcaster(channel),
  is_live: isLive,
  title: stream.title,
  started_at: wireTime(stream.startedAt),
  ended_at: isLive || stream.endedAt === null ? null : wireTime(stream.endedAt),
})

/** Body of `livestream.metadata.updated`. */
export const metadataBody = (channel: Channel, stream: Stream) => ({
  broadcaster: broadcaster(channel),
  metadata: {
    title: stream.title,
    language: stream.language,
    has_mature_content: stream.isMature,
    category: category(stream.category),
  },
})
