import type { StatusObservation } from '../sessions/status-observation.ts'
import { reportedAt } from './delivery.ts'
import type { DeliveryReading } from './delivery-channels.ts'

/** What a delivery says about the status of a channel; null when it says nothing of it. */
export const statusOf = ({ delivery, fact }: DeliveryReading, channelId: bigint): StatusObservation | null => {
  const reported = reportedAt(delivery)
  const base = { channelId, source: 'webhook', reportedAt: reported, platformEventId: delivery.messageId } as const
  if (fact.kind === 'stream-start') {
    const { startedAt, onAt = startedAt, platformStreamId, title } = fact
    return { ...base, kind: 'live', at: onAt, startedAt, details: { platformStreamId, title } }
  }
  if (fact.kind === 'stream-end') {
    const { startedAt, platformStreamId, endedAt, title } = fact
    return { ...base, kind: 'ended', at: endedAt, startedAt, platformStreamId, endedAt, details: { title } }
  }
  if (fact.kind === 'metadata') {
    const { kind: _, broadcaster: __, ...details } = fact
    return { ...base, kind: 'details', at: reported, details }
  }
  return null
}
