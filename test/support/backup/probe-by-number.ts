import type { Spool } from '../../../src/ingest/spool.ts'
import { probeAppender } from '../../../src/workers/probe-rows.ts'

/** Writes probes by their number into a spool; resolves when they are acknowledged. */
export const probeByNumber = (spool: Pick<Spool, 'append'>) => {
  const append = probeAppender(spool, 'test')
  // A day ago, as the table forgets old ones.
  const at = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000
  return (numbers: readonly number[]): Promise<void> =>
    append(
      numbers.map((n) => ({
        platform: 'kick',
        platformUserId: String(n),
        at: new Date(at + n),
        streamStartedAt: new Date(at),
        viewerCount: n,
        followerCount: null,
        subscriberCount: null,
        elapsedSeconds: 60,
        intervalSeconds: 60,
      })),
    )
}
