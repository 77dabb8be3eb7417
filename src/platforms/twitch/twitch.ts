import type { PlatformDefinition } from '../platform-definition.ts'
import { readLogin } from './read-login.ts'
import { createTwitchPlatform, type TwitchAccess } from './twitch-platform.ts'
import { twitchVariables } from './twitch-variables.ts'
import { createTwitchWebhooks } from './twitch-webhooks.ts'
import { webhookSecret } from './webhook-secret.ts'

/** Twitch. */
export const twitch: PlatformDefinition = {
  name: 'twitch',
  title: 'Twitch',
  variables: twitchVariables,
  events: { chat: ['channel.chat.message'], follows: ['channel.follow'] },
  secretHeaders: ['twitch-eventsub-message-signature'],
  streamAddresses: {
    hosts: ['twitch.tv', 'www.twitch.tv', 'm.twitch.tv'],
    example: 'https://www.twitch.tv/name',
    readSlug: readLogin,
    notSlugs: new Set(['videos', 'clip', 'clips', 'directory', 'search', 'settings', 'downloads', 'p']),
  },
  createPlatform: (access: TwitchAccess, { webhookUrl: callbackUrl, ...parts }) => {
    const webhooks = callbackUrl && { callbackUrl, secret: webhookSecret(access.clientSecret) }
    return createTwitchPlatform({ ...access, ...parts, ...(webhooks && { webhooks }) })
  },
  createWebhooks: ({ clientSecret }: TwitchAccess, { clock }) =>
    createTwitchWebhooks({ secret: webhookSecret(clientSecret), clock }),
}
