import { allOrNone, variableGroup } from '../../lib/environment.ts'
import { apiUrl, text } from '../../lib/environment-values.ts'
import { twitchRequestsPerSecond } from './twitch-platform.ts'

/** What the environment says of Twitch. */
export const twitchVariables = variableGroup(
  {
    TWITCH_CLIENT_ID: { schema: text, unset: 'no Twitch', description: 'The id of your app on Twitch.' },
    TWITCH_CLIENT_SECRET: {
      schema: text,
      unset: 'no Twitch',
      secret: true,
      description: 'The secret of your app on Twitch.',
    },
    TWITCH_API_URL: { schema: apiUrl, default: 'https://api.twitch.tv/helix', description: "The URL of Twitch's API." },
    TWITCH_ID_URL: { schema: apiUrl, default: 'https://id.twitch.tv', description: "The URL of Twitch's logins." },
  },
  ({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET, ...values }) => {
    allOrNone({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET })
    const urls = { apiUrl: values.TWITCH_API_URL, idUrl: values.TWITCH_ID_URL }
    return {
      access: TWITCH_CLIENT_ID
        ? { ...urls, clientId: TWITCH_CLIENT_ID, clientSecret: TWITCH_CLIENT_SECRET! }
        : undefined,
      requestsPerSecond: twitchRequestsPerSecond,
    }
  },
)
