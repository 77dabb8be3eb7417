import { chatFormat } from '../stores/clickhouse/tables/kick-chat-message.ts'
import { probeFormat } from '../stores/clickhouse/tables/kick-streamer-probe.ts'
import { inboxFormat } from '../stores/clickhouse/tables/webhook-inbox.ts'
import { deliveryQueue } from '../webhooks/delivery-row.ts'
import type { HistoryKind } from './context.ts'

/** What has to be shipped or projected before a kind of history is complete, as it is named in the spool. */
export const waitingFor: Record<HistoryKind, readonly string[]> = {
  probes: [probeFormat.table],
  chat: [chatFormat.table, deliveryQueue.table],
  follows: [deliveryQueue.table],
  deliveries: [inboxFormat.table, deliveryQueue.table],
}

/** What a kind is read from: a loss of rows of these is a loss of the kind. */
export const madeOf: typeof waitingFor = { ...waitingFor, probes: [probeFormat.table, `${probeFormat.table}_15m`] }
