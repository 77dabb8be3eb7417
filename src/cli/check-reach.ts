import type { VariableNow } from '../config/variables-now.ts'
import { parseUrl } from '../lib/environment-values.ts'
import { isBeyondOwn } from '../lib/networks.ts'
import { withoutLastSlashes } from '../lib/urls.ts'
import { bad, type Finding } from './finding.ts'

const networksOf = (value: string | null | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((network) => network.trim())
    .filter(Boolean)

/**
 * What is wrong with how others reach the server, though it may be said: proxies that are anybody, whose X-Forwarded-For would be believed, and a public URL
 * below whose path neither the panel nor the linking of accounts works.
 */
export const checkReach = (now: readonly VariableNow[]): Finding[] => {
  const saidOf = (name: string) => now.find((one) => one.name === name)?.value
  const beyond = networksOf(saidOf('TRUSTED_PROXIES')).filter(isBeyondOwn)
  const path = withoutLastSlashes(parseUrl(saidOf('PUBLIC_URL') ?? '')?.pathname ?? '')
  return [
    ...beyond.map((network) =>
      bad(
        `TRUSTED_PROXIES has ${network}, which is nearly everybody: any caller could claim any address. Name the addresses or networks of your proxies.`,
      ),
    ),
    ...(path
      ? [
          bad(
            `PUBLIC_URL has the path ${path}: webhooks come there when a proxy takes it away, but the panel and the linking of accounts work only at the root of a host. Give the server a host name of its own.`,
          ),
        ]
      : []),
  ]
}
