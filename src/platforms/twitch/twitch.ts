import type { PlatformDefinition } from '../platform-definition.ts'
import { readLogin } from './read-login.ts'
import { twitchRequestsPerSecond } from './twitch-platform.ts'

/** Twitch. */
export const twitch: PlatformDefinition = {
  name: 'twitch',
  title: 'Twitch',
  requestsPerSecond: twitchRequestsPerSecond,
  events: { chat: ['channel.chat.message'], follows: ['channel.follow'] },
  secretHeaders: ['twitch-eventsub-message-signature'],
  streamAddresses: {
    hosts: ['twitch.tv', 'www.twitch.tv', 'm.twitch.tv'],
    example: 'https://www.twitch.tv/name',
    readSlug: readLogin,
    notSlugs: new Set(['videos', 'clip', 'clips', 'directory', 'search', 'settings', 'downloads', 'p']),
  },
}
