import type { Spool } from '../ingest/spool.ts'
import type { Clock, Steady } from '../lib/clock.ts'
import type { WebhookMessage, WebhookSource } from '../platforms/webhook-source.ts'
import { inboxFormat } from '../stores/clickhouse/tables/webhook-inbox.ts'
import { bodyText } from './delivery-row.ts'
import { renderInboxRow } from './inbox-row.ts'
import { createReceiptTime } from './receipt-time.ts'
import { createRowLimit } from './row-limit.ts'

/** How many rejected deliveries of a platform and an outcome are kept: this many at once, then this many a second. */
const rate = { burst: 100, perMs: 5 / 1_000 }

const maxPayloadLength = 4_096
const maxSignatureLength = 1_024

/** What becomes of a request that is refused for what it says of itself. */
type RejectedOutcome = 'FORGED' | 'MALFORMED'

type RejectedDeliveryRecorderOptions = {
  source: Pick<WebhookSource, 'platform' | 'channelOf'>
  spool: Pick<Spool, 'append' | 'stats'>
  env: string
  clock: Clock
  steady: Steady
}

/** Keeps rejected deliveries for the audit. */
export type RejectedDeliveryRecorder = {
  /** Keeps one, cut to a few kilobytes, and does not wait for it. */
  keep(outcome: RejectedOutcome, message: WebhookMessage, reason: string, headers: string): void
  /** How many were not kept, by outcome. */
  leftOut(): Record<RejectedOutcome, number>
}

/**
 * Makes the recorder of one platform. It keeps rejected deliveries up to a rate, and only while the spool is less than half full, so
 * that nobody can fill it from outside.
 */
export const createRejectedDeliveryRecorder = (options: RejectedDeliveryRecorderOptions): RejectedDeliveryRecorder => {
  const { source, spool, env, clock, steady } = options
  // Pages of the list are cut by the millisecond of receipt and the id, and a forger may repeat an id.
  const receiptTime = createReceiptTime(clock, 1_000n)
  const limits = { FORGED: createRowLimit(rate, steady), MALFORMED: createRowLimit(rate, steady) }
  let appending = 0

  return {
    keep(outcome, message, reason, headers) {
      const { bytes, maxBytes } = spool.stats()
      const leftOut = limits[outcome].take(bytes + appending <= maxBytes / 2)
      if (leftOut === null) return
      const body = bodyText(message.body)
      const delivery = {
        ...message,
        source: source.platform,
        signature: message.signature.slice(0, maxSignatureLength),
        body: body.slice(0, maxPayloadLength),
        headers,
        receivedAt: receiptTime(),
      }
      const row = renderInboxRow(env, delivery, outcome, false, {
        channelUserId: source.channelOf(body),
        reason,
        leftOut,
      })
      appending += row.length
      // Nobody waits for this row. A disk that refuses it also refuses genuine deliveries, and these report it.
      spool
        .append(inboxFormat, [row])
        .catch(() => undefined)
        .finally(() => {
          appending -= row.length
        })
    },
    leftOut: () => ({ FORGED: limits.FORGED.leftOut(), MALFORMED: limits.MALFORMED.leftOut() }),
  }
}
