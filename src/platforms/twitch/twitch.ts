import type { LiveValue } from '../../lib/live-value.ts'
import type { PlatformDefinition } from '../platform-definition.ts'
import { readLogin } from './read-login.ts'
import { createTwitchPlatform, type TwitchAccess } from './twitch-platform.ts'
import { twitchVariables } from './twitch-variables.ts'
import { createTwitchWebhooks } from './twitch-webhooks.ts'
import { webhookSecret } from './webhook-secret.ts'
import { createWebhookSecrets } from './webhook-secrets.ts'

/** Who we are, and the secret of deliveries where it is set. */
type Access = TwitchAccess & { webhookSecret?: string }

const secretOf = (access: Access): string => access.webhookSecret ?? webhookSecret(access.clientSecret)

/** Twitch. */
export const twitch: PlatformDefinition = {
  name: 'twitch',
  title: 'Twitch',
  variables: twitchVariables,
  events: { chat: ['channel.chat.message'], follows: ['channel.follow'] },
  untoldTotals: { subscribers: 'Twitch tells how many subscribe to a channel only if its broadcaster consents.' },
  secretHeaders: ['twitch-eventsub-message-signature'],
  streamAddresses: {
    hosts: ['twitch.tv', 'www.twitch.tv', 'm.twitch.tv'],
    example: 'https://www.twitch.tv/name',
    readSlug: readLogin,
    notSlugs: new Set(['videos', 'clip', 'clips', 'directory', 'search', 'settings', 'downloads', 'p']),
  },
  createPlatform: ({ now: credentials }: LiveValue<Access>, { webhookUrl: callbackUrl, ...parts }) => {
    const webhooks = callbackUrl && { callbackUrl, secret: () => secretOf(credentials()) }
    return createTwitchPlatform({ ...credentials(), ...parts, credentials, ...(webhooks && { webhooks }) })
  },
  createWebhooks: ({ now, onChange }: LiveValue<Access>, { clock }) => {
    const secrets = createWebhookSecrets({ now: () => secretOf(now()), onChange }, clock)
    return {
      ...createTwitchWebhooks({ secrets: secrets.accepted, clock }),
      [Symbol.asyncDispose]: async () => secrets[Symbol.dispose](),
    }
  },
}
