import { readInstant, readObject } from '../../read-fields.ts'
import { isObject, type KickEvent, mismatch, readPerson } from './kick-event.ts'

const isMessageId = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,100}$/.test(value)

/** Rebuilt from what they are made of, because a body may nest deeper than can be written again. */
const readEmotes = (emotes: unknown): object[] =>
  (Array.isArray(emotes) ? emotes : []).flatMap((emote) => {
    const { emote_id, positions } = readObject(emote)
    if (typeof emote_id !== 'string' && typeof emote_id !== 'number') return []
    const places = (Array.isArray(positions) ? positions : []).flatMap((position) => {
      const { s, e } = readObject(position)
      return typeof s === 'number' && typeof e === 'number' ? [{ s, e }] : []
    })
    return [{ emote_id: String(emote_id), positions: places }]
  })

const readBadges = (identity: unknown): object[] => {
  const { badges } = readObject(identity)
  return (Array.isArray(badges) ? badges : []).flatMap((badge) => {
    const { type, text, count } = readObject(badge)
    if (typeof type !== 'string') return []
    return [{ type, text: typeof text === 'string' ? text : '', ...(typeof count === 'number' && { count }) }]
  })
}

/** A chat message, its text exactly as it was written. */
export const chatMessageSent: KickEvent = {
  type: 'chat.message.sent',
  read: ({ message_id, sender, content, emotes, created_at }, broadcaster, sentAt) => {
    if (!isMessageId(message_id)) return mismatch('message_id is not there or no id')
    if (typeof content !== 'string') return mismatch('content is not there or no text')
    const chatter = isObject(sender) ? readPerson(sender) : undefined
    if (chatter === undefined) return mismatch('sender is not there or has no user_id')
    return {
      kind: 'chat',
      broadcaster,
      line: {
        messageId: message_id,
        platformUserId: chatter.platformUserId,
        username: chatter.displayName ?? '',
        content: content.toWellFormed(),
        emotes: JSON.stringify(readEmotes(emotes)),
        badges: JSON.stringify(readBadges(readObject(sender).identity)),
        createdAt: readInstant(created_at) ?? sentAt,
      },
    }
  },
}
