import type { Author } from '../audit/record-action.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { WebhookMessage } from '../platforms/webhook-source.ts'

/** A verified delivery as the spool keeps it until it is projected. */
export type Delivery = Omit<WebhookMessage, 'body'> & {
  source: PlatformName
  /** The body as text; bytes that are not UTF-8 as `base64:` and their encoding. */
  body: string
  /** Its headers as `storedHeaders` writes them; absent where none were kept. */
  headers?: string
  /** Microseconds since the epoch, in the order of receipt within one process. */
  receivedAt: bigint
  /** Of a replay: when the delivery was received for the first time, in milliseconds since the epoch. */
  firstReceivedAt?: number
  /** A UUID of this receipt. After a crash it distinguishes our own delivery from a repetition. */
  receipt: string
  /** True when an operator requested it: it is projected although its id was seen before. */
  replay: boolean
  /** True for a test delivery of an operator. The receiver never sets it, so nobody outside can. */
  test?: boolean
  /** Who requested the replay, with the id of its row in the audit log. */
  replayedBy?: Author & { id: string }
}

/** When the delivery was received, in milliseconds since the epoch. */
export const receivedMs = ({ receivedAt }: Pick<Delivery, 'receivedAt'>): number => Number(receivedAt / 1_000n)

/** When the delivery was received for the first time, in milliseconds since the epoch; a replay is not a receipt. */
export const firstReceivedMs = (delivery: Pick<Delivery, 'receivedAt' | 'firstReceivedAt'>): number =>
  delivery.firstReceivedAt ?? receivedMs(delivery)

/** When the platform sent it, but not later than its first receipt, because the platform's clock may run ahead. */
export const reportedAt = (delivery: Pick<Delivery, 'sentAt' | 'receivedAt' | 'firstReceivedAt'>): Date =>
  new Date(Math.min(delivery.sentAt.getTime(), firstReceivedMs(delivery)))
