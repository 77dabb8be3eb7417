import { readInstant, readText } from '../../read-fields.ts'
import { type KickEvent, mismatch } from './kick-event.ts'

/** A broadcast began or ended; one that ended without saying when did so at the latest when that was sent. */
export const livestreamStatusUpdated: KickEvent = {
  type: 'livestream.status.updated',
  read: ({ is_live, started_at, ended_at, title: givenTitle }, broadcaster, sentAt) => {
    if (typeof is_live !== 'boolean') return mismatch('is_live is not there or no boolean')
    const startedAt = readInstant(started_at)
    const title = readText(givenTitle)
    if (is_live) {
      if (startedAt === undefined) return mismatch('started_at is not there or no instant')
      return { kind: 'stream-start', broadcaster, startedAt, title }
    }
    const endedAt = readInstant(ended_at) ?? sentAt
    return {
      kind: 'stream-end',
      broadcaster,
      startedAt: startedAt ?? null,
      endedAt: startedAt && startedAt > endedAt ? startedAt : endedAt,
      title,
    }
  },
}
