import type { StatusObservation } from '../sessions/status-observation.ts'
import type { Reading } from './known-channels.ts'

/** What a delivery says about the status of a channel; null when it says nothing of it. */
export const statusOf = ({ delivery, fact }: Reading, channelId: bigint): StatusObservation | null => {
  const { sentAt, messageId } = delivery
  const told = { channelId, source: 'webhook', toldAt: sentAt, platformEventId: messageId } as const
  if (fact.kind === 'stream-start') {
    const { startedAt, platformStreamId, title } = fact
    return { ...told, kind: 'live', at: startedAt, startedAt, details: { platformStreamId, title } }
  }
  if (fact.kind === 'stream-end') {
    const { startedAt, endedAt, title } = fact
    return { ...told, kind: 'ended', at: endedAt, startedAt, endedAt, details: { title } }
  }
  if (fact.kind === 'metadata') {
    const { title, category, language } = fact
    return { ...told, kind: 'details', at: sentAt, details: { title, category, language } }
  }
  return null
}
