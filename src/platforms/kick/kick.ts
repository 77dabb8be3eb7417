import type { PlatformDefinition } from '../platform-definition.ts'
import { createKickLogin } from './account-login.ts'
import { createKickPlatform, type KickAccess } from './kick-platform.ts'
import { kickVariables } from './kick-variables.ts'
import { createKickWebhooks } from './kick-webhooks.ts'
import { readSlug } from './read-slug.ts'

/** Kick. */
export const kick: PlatformDefinition = {
  name: 'kick',
  title: 'Kick',
  variables: kickVariables,
  events: { chat: ['chat.message.sent'], follows: ['channel.followed'] },
  secretHeaders: ['kick-event-signature'],
  streamAddresses: {
    hosts: ['kick.com', 'www.kick.com', 'm.kick.com', 'player.kick.com'],
    example: 'https://kick.com/name',
    readSlug,
    notSlugs: new Set(['video', 'videos', 'clips', 'category', 'categories', 'browse', 'search', 'dashboard']),
  },
  userIdArgument: { name: 'kick_user_id', pattern: /^\d{1,20}$/, allowed: '1 to 20 digits' },
  createPlatform: (access: KickAccess, parts) => createKickPlatform({ ...access, ...parts }),
  createWebhooks: ({ apiUrl }: KickAccess, parts) => createKickWebhooks({ apiUrl, ...parts }),
  createLogin: (access: KickAccess, parts) => createKickLogin({ ...access, ...parts }),
}
