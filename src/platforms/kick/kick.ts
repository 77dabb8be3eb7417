import type { LiveValue } from '../../lib/live-value.ts'
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
  untoldTotals: {
    followers: 'Kick tells nobody how many follow a channel; each follow that it reports is counted in follows.',
  },
  secretHeaders: ['kick-event-signature'],
  streamAddresses: {
    hosts: ['kick.com', 'www.kick.com', 'm.kick.com', 'player.kick.com'],
    example: 'https://kick.com/name',
    readSlug,
    notSlugs: new Set(['video', 'videos', 'clips', 'category', 'categories', 'browse', 'search', 'dashboard']),
  },
  userIdArgument: { name: 'kick_user_id', pattern: /^\d{1,20}$/, allowed: '1 to 20 digits' },
  createPlatform: ({ now: credentials }: LiveValue<KickAccess>, parts) =>
    createKickPlatform({ ...credentials(), ...parts, credentials }),
  createWebhooks: ({ now }: LiveValue<KickAccess>, parts) => createKickWebhooks({ apiUrl: now().apiUrl, ...parts }),
  createLogin: ({ now: credentials }: LiveValue<KickAccess>, parts) =>
    createKickLogin({ ...credentials(), ...parts, credentials }),
}
