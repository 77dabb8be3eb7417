import type { Spool } from '../ingest/spool.ts'
import type { Clock, Steady } from '../lib/clock.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { WebhookMessage } from '../platforms/webhook-source.ts'
import { inboxFormat } from '../stores/clickhouse/tables/webhook-inbox.ts'
import { bodyText } from './delivery-row.ts'
import { renderInboxRow } from './inbox-row.ts'
import { createReceiptTime } from './receipt-time.ts'

/** How many forged deliveries are kept: this many at once, then this many a second. */
const burst = 100
const perSecond = 5

const maxPayloadLength = 4_096
const maxSignatureLength = 1_024

type ForgedDeliveryRecorderOptions = {
  spool: Pick<Spool, 'append' | 'stats'>
  env: string
  clock: Clock
  steady: Steady
}

/**
 * Makes the function that keeps forged deliveries for the audit, cut to a few kilobytes, and returns whether it kept one. It
 * keeps them up to a rate, and only while the spool is less than half full, so that nobody can fill it from outside.
 */
export const createForgedDeliveryRecorder = ({ spool, env, clock, steady }: ForgedDeliveryRecorderOptions) => {
  // Pages of the list are cut by the millisecond of receipt and the id, and a forger may repeat an id.
  const receiptTime = createReceiptTime(clock, 1_000n)
  let appending = 0
  let tokens = burst
  let filledAt = steady()

  const takeToken = (): boolean => {
    const now = steady()
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond)
    filledAt = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  return (source: PlatformName, message: WebhookMessage): boolean => {
    if (!takeToken()) return false
    const { bytes, maxBytes } = spool.stats()
    if (bytes + appending > maxBytes / 2) return false
    const delivery = {
      ...message,
      source,
      signature: message.signature.slice(0, maxSignatureLength),
      body: bodyText(message.body).slice(0, maxPayloadLength),
      receivedAt: receiptTime(),
    }
    const row = renderInboxRow(env, delivery, 'FORGED', false)
    appending += row.length
    // Nobody waits for this row. A disk that refuses it also refuses genuine deliveries, and these report it.
    spool
      .append(inboxFormat, [row])
      .catch(() => undefined)
      .finally(() => {
        appending -= row.length
      })
    return true
  }
}
