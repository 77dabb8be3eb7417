import type { IncomingHttpHeaders } from 'node:http'
import type { WebhookMessage } from '../platforms/webhook-source.ts'

// Nothing of who forwarded it, and no credentials: only what the platform says of the delivery, and these.
const common: ReadonlySet<string> = new Set(['content-type', 'user-agent'])

const maxHeaders = 20
const maxLength = 512

/** What else is stored of a delivery, by the number that stands for it in stored headers. */
const columnsOf = ({
  signature,
  messageId,
  subscriptionId,
}: Pick<WebhookMessage, 'signature' | 'messageId' | 'subscriptionId'>): readonly string[] => [
  signature.slice(0, maxLength),
  messageId,
  subscriptionId ?? '',
]

/**
 * The headers of a delivery that are kept, as they are stored: those whose names begin as the platform's own, and some that all have. Values
 * that other columns have are numbers.
 */
export const storedHeaders = (
  headers: IncomingHttpHeaders,
  prefix: string | undefined,
  message: Pick<WebhookMessage, 'signature' | 'messageId' | 'subscriptionId'>,
): string => {
  const columns = columnsOf(message)
  const kept: [string, string | number][] = []
  for (const name of Object.keys(headers)) {
    const given = headers[name]
    const isOwn = prefix !== undefined && name.startsWith(prefix)
    if (given === undefined || kept.length === maxHeaders || !(isOwn || common.has(name))) continue
    const value = String(given).slice(0, maxLength)
    const column = value === '' ? -1 : columns.indexOf(value)
    kept.push([name, column === -1 ? value : column])
  }
  return kept.length === 0 ? '' : JSON.stringify(kept)
}
