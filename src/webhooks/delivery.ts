import type { Author } from '../audit/record-action.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { WebhookMessage } from '../platforms/webhook-source.ts'

/** A verified delivery as the spool keeps it until it is projected. */
export type Delivery = Omit<WebhookMessage, 'body'> & {
  source: PlatformName
  /** The body as text; bytes that are not UTF-8 as `base64:` and their encoding. */
  body: string
  /** Microseconds since the epoch, in the order of receipt within one process. */
  receivedAt: bigint
  /** A UUID of this receipt. After a crash it distinguishes our own delivery from a repetition. */
  receipt: string
  /** True when an operator requested it: it is projected although its id was seen before. */
  replay: boolean
  /** Who requested the replay, with the id of its row in the audit log. */
  replayedBy?: Author & { id: string }
}

/** When the delivery was received, in milliseconds since the epoch. */
export const receivedMs = ({ receivedAt }: Pick<Delivery, 'receivedAt'>): number => Number(receivedAt / 1_000n)

/** When the platform sent it, but not later than its receipt, because the platform's clock may run ahead. */
export const reportedAt = (delivery: Pick<Delivery, 'sentAt' | 'receivedAt'>): Date =>
  new Date(Math.min(delivery.sentAt.getTime(), receivedMs(delivery)))

/** What became of a delivery, in the words of `vf.webhook_inbox`. */
export const outcomes = [
  /** Its facts are in the stores. */
  'PROJECTED',
  /** Like PROJECTED, more than five minutes after it was sent. */
  'LATE',
  /** Kept as it came, because nothing in it has a column. */
  'KEPT',
  /** The same fact came before under another message id. */
  'REPEATED',
  /** Sent over seven days ago or over five minutes in the future; replaying releases it. */
  'QUARANTINED',
  /** About a channel that is not tracked, or by a subscription that is not ours. */
  'UNTRACKED',
  'UNSUPPORTED',
  'TYPE_MISMATCH',
  'MALFORMED',
  /** The signature is wrong; kept up to a rate. */
  'FORGED',
] as const
export type Outcome = (typeof outcomes)[number]
