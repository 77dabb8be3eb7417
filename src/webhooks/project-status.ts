import type { StatusObservation } from '../sessions/status-observation.ts'
import { toldAt } from './delivery.ts'
import type { DeliveryReading } from './delivery-channels.ts'

/** What a delivery says about the status of a channel; null when it says nothing of it. */
export const statusOf = ({ delivery, fact }: DeliveryReading, channelId: bigint): StatusObservation | null => {
  const heard = toldAt(delivery)
  const told = { channelId, source: 'webhook', toldAt: heard, platformEventId: delivery.messageId } as const
  if (fact.kind === 'stream-start') {
    const { startedAt, onAt = startedAt, platformStreamId, title } = fact
    return { ...told, kind: 'live', at: onAt, startedAt, details: { platformStreamId, title } }
  }
  if (fact.kind === 'stream-end') {
    const { startedAt, platformStreamId, endedAt, title } = fact
    return { ...told, kind: 'ended', at: endedAt, startedAt, platformStreamId, endedAt, details: { title } }
  }
  if (fact.kind === 'metadata') {
    const { kind: _, broadcaster: __, ...details } = fact
    return { ...told, kind: 'details', at: heard, details }
  }
  return null
}
