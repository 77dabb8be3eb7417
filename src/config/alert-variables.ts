import { variableGroup } from '../lib/environment.ts'
import { listOf } from '../lib/environment-values.ts'
import { readNetwork } from '../lib/networks.ts'

/** Where alerts may go. */
export const alertVariables = variableGroup(
  {
    ALERT_PRIVATE_NETWORKS: {
      schema: listOf(readNetwork, 'a comma-separated list of addresses or networks like 10.0.0.0/8'),
      unset: 'public addresses only',
      description: 'The networks that are not public and that targets of alerts may be in nevertheless.',
    },
  },
  ({ ALERT_PRIVATE_NETWORKS }) => ({
    /** Addresses and networks that targets may be in although they are not public. */
    alertPrivateNetworks: (ALERT_PRIVATE_NETWORKS ?? []) as readonly string[],
  }),
)
