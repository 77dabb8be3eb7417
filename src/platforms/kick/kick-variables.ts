import { allOrNone, variableGroup } from '../../lib/environment.ts'
import { apiUrl, credential, decimal } from '../../lib/environment-values.ts'

/** What the environment says of Kick. */
export const kickVariables = variableGroup(
  {
    KICK_CLIENT_ID: {
      schema: credential,
      unset: 'the simulated Kick',
      entry: { key: 'kick.client.id', category: 'auth' },
      description: 'The id of your app on Kick.',
    },
    KICK_CLIENT_SECRET: {
      schema: credential,
      unset: 'the simulated Kick',
      secret: true,
      entry: { key: 'kick.client.secret', category: 'auth' },
      description: 'The secret of your app on Kick.',
    },
    KICK_API_URL: { schema: apiUrl, default: 'https://api.kick.com', description: "The URL of Kick's API." },
    KICK_ID_URL: { schema: apiUrl, default: 'https://id.kick.com', description: "The URL of Kick's logins." },
    KICK_REQUESTS_PER_SECOND: {
      schema: decimal(0.01, 10_000),
      default: '1',
      entry: { key: 'monitoring.kick.requests.per.second', category: 'monitoring' },
      description: 'The most requests per second that each process sends to Kick.',
    },
  },
  ({ KICK_CLIENT_ID, KICK_CLIENT_SECRET, ...values }) => {
    allOrNone({ KICK_CLIENT_ID, KICK_CLIENT_SECRET })
    const urls = { apiUrl: values.KICK_API_URL, idUrl: values.KICK_ID_URL }
    return {
      access: KICK_CLIENT_ID ? { ...urls, clientId: KICK_CLIENT_ID, clientSecret: KICK_CLIENT_SECRET! } : undefined,
      requestsPerSecond: values.KICK_REQUESTS_PER_SECOND,
    }
  },
)
