import { keptEvent } from './kick-event.ts'

/** A viewer was banned from the chat; nothing happened to the channel. */
export const moderationBanned = keptEvent('moderation.banned', { moderator: 'object', banned_user: 'object' })
