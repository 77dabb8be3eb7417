import { variableGroup } from '../lib/environment.ts'
import { oneOf, wholeNumber } from '../lib/environment-values.ts'

/** How channels are watched on every platform. */
export const pollingVariables = variableGroup(
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
