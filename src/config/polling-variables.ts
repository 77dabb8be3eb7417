import { variableGroup } from '../lib/environment.ts'
import { oneOf, wholeNumber } from '../lib/environment-values.ts'

/** How channels are watched on every platform. */
export const pollingVariables = variableGroup(
  {
    DEMO: {
      schema: oneOf(['on', 'off']),
      unset: '`on` without credentials of Kick, else `off`',
      description: 'Whether a simulated Kick with channels of its own runs in this process.',
    },
    POLL_INTERVAL_SECONDS: {
      schema: wholeNumber(1, 3_600),
      default: '60',
      entry: { key: 'monitoring.poll.interval.seconds', category: 'monitoring' },
      description: 'How often a live channel is probed, in seconds.',
    },
  },
  ({ DEMO, POLL_INTERVAL_SECONDS }) => ({
    /** Undefined: where nothing says who we are at the platform that it simulates. */
    demo: DEMO as 'on' | 'off' | undefined,
    pollIntervalSeconds: POLL_INTERVAL_SECONDS,
  }),
)
