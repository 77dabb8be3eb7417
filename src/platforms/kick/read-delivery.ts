import { parseJson } from '../parse-json.ts'
import { readObject, readUserId } from '../read-fields.ts'
import type { WebhookSource } from '../webhook-source.ts'
import { channelFollowed } from './events/channel-followed.ts'
import { chatMessageSent } from './events/chat-message-sent.ts'
import { keptEvents } from './events/kept-events.ts'
import { isObject, readPerson } from './events/kick-event.ts'
import { livestreamMetadataUpdated } from './events/livestream-metadata-updated.ts'
import { livestreamStatusUpdated } from './events/livestream-status-updated.ts'

const events = new Map(
  [chatMessageSent, channelFollowed, livestreamStatusUpdated, livestreamMetadataUpdated, ...keptEvents].map((event) => [
    event.type,
    event,
  ]),
)

/** What a delivery of Kick tells. Neither its type nor its version is signed, so the body has to have the shape of the type. */
export const readDelivery: WebhookSource['read'] = ({ eventType, eventVersion, sentAt, body: text }) => {
  const event = eventVersion === '1' ? events.get(eventType) : undefined
  if (event === undefined) return { kind: 'unsupported' }
  const body = parseJson(text)
  if (!isObject(body)) return { kind: 'malformed', reason: 'the body is no JSON object' }
  const broadcaster = readPerson(body.broadcaster)
  if (broadcaster === undefined) return { kind: 'malformed', reason: 'the body names no broadcaster' }
  return event.read(body, broadcaster, sentAt)
}

/** The channel that a body of Kick names. */
export const readDeliveryChannel: WebhookSource['channelOf'] = (body) =>
  readUserId(readObject(readObject(parseJson(body)).broadcaster).user_id)
