import { variableGroup } from '../../lib/environment.ts'
import { apiUrl, credential } from '../../lib/environment-values.ts'
import { xRequestsPerSecond } from './x-platform.ts'

/** What the environment says of X. */
export const xVariables = variableGroup(
  {
    X_BEARER_TOKEN: {
      schema: credential,
      unset: 'no X',
      secret: true,
      entry: { key: 'x.bearer.token', category: 'auth' },
      description: 'The token of your app on X.',
    },
    X_API_URL: { schema: apiUrl, default: 'https://api.x.com', description: "The URL of X's API." },
  },
  ({ X_BEARER_TOKEN, X_API_URL }) => ({
    access: X_BEARER_TOKEN ? { apiUrl: X_API_URL, bearerToken: X_BEARER_TOKEN } : undefined,
    requestsPerSecond: xRequestsPerSecond,
  }),
)
