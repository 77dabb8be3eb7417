import { allOrNone, variableGroup } from '../lib/environment.ts'
import { apiUrl, decimal, oneOf, text, wholeNumber } from '../lib/environment-values.ts'

const kickVariables = variableGroup(
  {
    KICK_CLIENT_ID: { schema: text, unset: 'the simulated Kick', description: 'The id of your app on Kick.' },
    KICK_CLIENT_SECRET: {
      schema: text,
      unset: 'the simulated Kick',
      secret: true,
      description: 'The secret of your app on Kick.',
    },
    KICK_API_URL: { schema: apiUrl, default: 'https://api.kick.com', description: "The URL of Kick's API." },
    KICK_ID_URL: { schema: apiUrl, default: 'https://id.kick.com', description: "The URL of Kick's logins." },
    KICK_REQUESTS_PER_SECOND: {
      schema: decimal(0.01, 10_000),
      default: '1',
      description: 'The requests a second to Kick at most, by each process.',
    },
  },
  ({ KICK_CLIENT_ID, KICK_CLIENT_SECRET, ...values }) => {
    allOrNone({ KICK_CLIENT_ID, KICK_CLIENT_SECRET })
    const urls = { apiUrl: values.KICK_API_URL, idUrl: values.KICK_ID_URL }
    return {
      /** Undefined means the simulated platform. */
      kick: KICK_CLIENT_ID ? { ...urls, clientId: KICK_CLIENT_ID, clientSecret: KICK_CLIENT_SECRET! } : undefined,
      kickRequestsPerSecond: values.KICK_REQUESTS_PER_SECOND,
    }
  },
)

const twitchVariables = variableGroup(
  {
    TWITCH_CLIENT_ID: { schema: text, unset: 'no Twitch', description: 'The id of your app on Twitch.' },
    TWITCH_CLIENT_SECRET: {
      schema: text,
      unset: 'no Twitch',
      secret: true,
      description: 'The secret of your app on Twitch.',
    },
    TWITCH_API_URL: {
      schema: apiUrl,
      default: 'https://api.twitch.tv/helix',
      description: "The URL of Twitch's API.",
    },
    TWITCH_ID_URL: { schema: apiUrl, default: 'https://id.twitch.tv', description: "The URL of Twitch's logins." },
  },
  ({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET, ...values }) => {
    allOrNone({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET })
    const urls = { apiUrl: values.TWITCH_API_URL, idUrl: values.TWITCH_ID_URL }
    return {
      /** Undefined means off. */
      twitch: TWITCH_CLIENT_ID
        ? { ...urls, clientId: TWITCH_CLIENT_ID, clientSecret: TWITCH_CLIENT_SECRET! }
        : undefined,
    }
  },
)

const xVariables = variableGroup(
  {
    X_BEARER_TOKEN: { schema: text, unset: 'no X', secret: true, description: 'The token of your app on X.' },
    X_API_URL: { schema: apiUrl, default: 'https://api.x.com', description: "The URL of X's API." },
  },
  ({ X_BEARER_TOKEN, X_API_URL }) => ({
    /** Undefined means off. */
    x: X_BEARER_TOKEN ? { apiUrl: X_API_URL, bearerToken: X_BEARER_TOKEN } : undefined,
  }),
)

const pollingVariables = variableGroup(
  {
    DEMO: {
      schema: oneOf(['on', 'off']),
      unset: '`on` without `KICK_CLIENT_ID`, else `off`',
      description: 'Whether a simulated Kick with channels of its own runs in this process.',
    },
    POLL_INTERVAL_SECONDS: {
      schema: wholeNumber(1, 3_600),
      default: '60',
      description: 'The seconds between two looks at a live channel.',
    },
  },
  ({ DEMO, POLL_INTERVAL_SECONDS }) => ({ demo: DEMO, pollIntervalSeconds: POLL_INTERVAL_SECONDS }),
)

/** What is watched, and as whom: a group a platform, and what holds for all. */
export const platformVariables = [kickVariables, twitchVariables, xVariables, pollingVariables] as const
