import { parseJson } from '../parse-json.ts'
import type { ProfileObservation } from '../platform.ts'
import { readInstant, readObject, readText, readUserId } from '../read-fields.ts'
import type { DeliveredFact, WebhookSource } from '../webhook-source.ts'
import { readChatLine } from './chat-line.ts'
import { readLogin } from './read-login.ts'

type Fields = Readonly<Record<string, unknown>>
type EventReader = (event: Fields, broadcaster: ProfileObservation, sentAt: Date) => DeliveredFact

const mismatch = (reason: string): DeliveredFact => ({ kind: 'type-mismatch', reason })

/** Sent again with the same id when a stream that was told to have ended goes on. */
const streamOnline: EventReader = ({ id, type, started_at }, broadcaster, sentAt) => {
  const startedAt = readInstant(started_at)
  if (startedAt === undefined) return mismatch('started_at is not there or no instant')
  // Playlists, premieres and reruns are no broadcasts.
  if (type !== 'live') return { kind: 'kept', broadcaster }
  return { kind: 'stream-start', broadcaster, startedAt, onAt: sentAt, platformStreamId: readText(id, 100) }
}

const streamOffline: EventReader = ({ id }, broadcaster, sentAt) => ({
  kind: 'stream-end',
  broadcaster,
  startedAt: null,
  platformStreamId: readText(id, 100),
  endedAt: sentAt,
})

const channelUpdate: EventReader = ({ title, category_name, language }, broadcaster) => ({
  kind: 'metadata',
  broadcaster,
  title: readText(title),
  category: readText(category_name),
  language: readText(language, 20),
})

const channelFollow: EventReader = ({ user_id, followed_at }, broadcaster) => {
  const followerUserId = readUserId(user_id)
  const occurredAt = readInstant(followed_at)
  if (followerUserId === undefined) return mismatch('user_id is not there or no id')
  if (occurredAt === undefined) return mismatch('followed_at is not there or no instant')
  return { kind: 'follow', broadcaster, followerUserId, occurredAt }
}

const chatMessage: EventReader = (event, broadcaster, sentAt) => {
  const line = readChatLine(event, sentAt)
  return line
    ? { kind: 'chat', broadcaster, line }
    : mismatch('message_id, chatter_user_id or message.text is not there')
}

const readers = new Map<string, EventReader>([
  ['stream.online 1', streamOnline],
  ['stream.offline 1', streamOffline],
  ['channel.update 2', channelUpdate],
  ['channel.follow 2', channelFollow],
  ['channel.chat.message 1', chatMessage],
])

const readBroadcaster = (event: Fields): ProfileObservation | undefined => {
  const platformUserId = readUserId(event.broadcaster_user_id)
  return platformUserId === undefined
    ? undefined
    : {
        platformUserId,
        slug: readLogin(event.broadcaster_user_login),
        displayName: readText(event.broadcaster_user_name),
      }
}

/** What subscriptions say while they have not ended; the second comes with a challenge. */
const holding = ['enabled', 'webhook_callback_verification_pending']

/** A handshake shows that deliveries about the channel of its subscription arrive. */
const readHandshake = (subscription: Fields): DeliveredFact => {
  const { broadcaster_user_id } = readObject(subscription.condition)
  const platformUserId = readUserId(broadcaster_user_id)
  return platformUserId === undefined ? { kind: 'test' } : { kind: 'test', broadcaster: { platformUserId } }
}

/** What a body without an event tells: that its subscription has ended. */
const readRevocation = (body: Fields): DeliveredFact => {
  const { id, status } = readObject(body.subscription)
  const [subscriptionId, reason] = [readText(id, 100), readText(status, 100)]
  if (subscriptionId === undefined || reason === undefined || holding.includes(reason))
    return { kind: 'malformed', reason: 'the body has no event' }
  return { kind: 'revoked', subscriptionId, reason }
}

/** What a delivery of Twitch tells. The headers are not signed: what kind of message it is, of which type and version, is in its body. */
export const readDelivery: WebhookSource['read'] = ({ eventType, eventVersion, sentAt, body: text }) => {
  const body = readObject(parseJson(text))
  const subscription = readObject(body.subscription)
  const { type, version } = subscription
  if (typeof type !== 'string' || typeof version !== 'string')
    return { kind: 'malformed', reason: 'the body names no subscription with a type and a version' }
  if (type !== eventType || version !== eventVersion) return mismatch('the body is of another type or version')
  if (typeof body.challenge === 'string') return readHandshake(subscription)
  if (body.event === undefined || body.event === null) return readRevocation(body)
  const read = readers.get(`${type} ${version}`)
  if (read === undefined) return { kind: 'unsupported' }
  const event = readObject(body.event)
  const broadcaster = readBroadcaster(event)
  if (broadcaster === undefined) return { kind: 'malformed', reason: 'the event names no broadcaster' }
  return read(event, broadcaster, sentAt)
}

/** The channel that a body of Twitch names: in its event, or as what its subscription is about. */
export const readDeliveryChannel: WebhookSource['channelOf'] = (text) => {
  const body = readObject(parseJson(text))
  const { condition } = readObject(body.subscription)
  return readUserId(readObject(body.event).broadcaster_user_id) ?? readUserId(readObject(condition).broadcaster_user_id)
}
