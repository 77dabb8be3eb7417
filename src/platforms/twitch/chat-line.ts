import { readObject, readText, readUserId } from '../read-fields.ts'
import type { ChatLine } from '../webhook-source.ts'

/** Emotes where they stand in the text: from a character to a character, both included. */
const readEmotes = (fragments: unknown): object[] => {
  const places = new Map<string, { s: number; e: number }[]>()
  let at = 0
  for (const fragment of Array.isArray(fragments) ? fragments : []) {
    const { text, emote } = readObject(fragment)
    const length = typeof text === 'string' ? text.length : 0
    const id = readText(readObject(emote).id, 100)
    if (id !== undefined && length > 0) {
      places.set(id, [...(places.get(id) ?? []), { s: at, e: at + length - 1 }])
    }
    at += length
  }
  return Array.from(places, ([emote_id, positions]) => ({ emote_id, positions }))
}

const readBadges = (badges: unknown): object[] =>
  (Array.isArray(badges) ? badges : []).flatMap((badge) => {
    const { set_id, id } = readObject(badge)
    const type = readText(set_id, 100)
    return type === undefined ? [] : [{ type, text: readText(id, 100) ?? '' }]
  })

/** A message of `channel.chat.message`; undefined when it has no id, chatter or text. Twitch tells no time but that of the delivery. */
export const readChatLine = (event: Readonly<Record<string, unknown>>, sentAt: Date): ChatLine | undefined => {
  const { message_id, chatter_user_id, chatter_user_name, message, badges } = event
  const { text, fragments } = readObject(message)
  const platformUserId = readUserId(chatter_user_id)
  if (typeof message_id !== 'string' || !/^[\x21-\x7e]{1,100}$/.test(message_id)) return undefined
  if (platformUserId === undefined || typeof text !== 'string') return undefined
  return {
    messageId: message_id,
    platformUserId,
    username: readText(chatter_user_name) ?? '',
    content: text.toWellFormed(),
    emotes: JSON.stringify(readEmotes(fragments)),
    badges: JSON.stringify(readBadges(badges)),
    createdAt: sentAt,
  }
}
