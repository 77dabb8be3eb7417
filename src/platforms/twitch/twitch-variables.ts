import { allOrNone, variableGroup } from '../../lib/environment.ts'
import { apiUrl, credential, textLike } from '../../lib/environment-values.ts'
import { twitchRequestsPerSecond } from './twitch-platform.ts'

/** What the environment says of Twitch. */
export const twitchVariables = variableGroup(
  {
    TWITCH_CLIENT_ID: {
      schema: credential,
      unset: 'no Twitch',
      entry: { key: 'twitch.client.id', category: 'auth' },
      description: 'The id of your app on Twitch.',
    },
    TWITCH_CLIENT_SECRET: {
      schema: credential,
      unset: 'no Twitch',
      secret: true,
      entry: { key: 'twitch.client.secret', category: 'auth' },
      description: 'The secret of your app on Twitch.',
    },
    TWITCH_WEBHOOK_SECRET: {
      schema: textLike(/^[\x21-\x7e]{10,100}$/, '10 to 100 printable characters without spaces'),
      unset: 'derived from `TWITCH_CLIENT_SECRET`',
      secret: true,
      entry: { key: 'twitch.webhook.secret', category: 'auth' },
      description: 'The secret with which Twitch signs its deliveries.',
    },
    TWITCH_API_URL: { schema: apiUrl, default: 'https://api.twitch.tv/helix', description: "The URL of Twitch's API." },
    TWITCH_ID_URL: { schema: apiUrl, default: 'https://id.twitch.tv', description: "The URL of Twitch's logins." },
  },
  ({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET, TWITCH_WEBHOOK_SECRET, ...values }) => {
    allOrNone({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET })
    const urls = { apiUrl: values.TWITCH_API_URL, idUrl: values.TWITCH_ID_URL }
    const ofWebhooks: Record<string, string> = TWITCH_WEBHOOK_SECRET ? { webhookSecret: TWITCH_WEBHOOK_SECRET } : {}
    return {
      access: TWITCH_CLIENT_ID
        ? { ...urls, clientId: TWITCH_CLIENT_ID, clientSecret: TWITCH_CLIENT_SECRET!, ...ofWebhooks }
        : undefined,
      requestsPerSecond: twitchRequestsPerSecond,
    }
  },
)
