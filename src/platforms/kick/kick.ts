import type { PlatformDefinition } from '../platform-definition.ts'
import { readSlug } from './read-slug.ts'

/** Kick. */
export const kick: PlatformDefinition = {
  name: 'kick',
  title: 'Kick',
  requestsPerSecond: 1,
  events: { chat: ['chat.message.sent'], follows: ['channel.followed'] },
  secretHeaders: ['kick-event-signature'],
  streamAddresses: {
    hosts: ['kick.com', 'www.kick.com', 'm.kick.com', 'player.kick.com'],
    example: 'https://kick.com/name',
    readSlug,
    notSlugs: new Set(['video', 'videos', 'clips', 'category', 'categories', 'browse', 'search', 'dashboard']),
  },
  userIdArgument: { name: 'kick_user_id', pattern: /^\d{1,20}$/, allowed: '1 to 20 digits' },
}
