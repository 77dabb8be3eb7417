import { earliestMs } from '../platforms/instant-bounds.ts'

/**
 * The stretch of a broadcast of which something can have been observed by now, in milliseconds since the epoch: it ends now at the latest.
 * Null for one whose start lies ahead or before all streaming, so that one such row costs the others nothing.
 */
export const observedSpan = (
  { startedAt, endedAt }: { startedAt: Date; endedAt: Date | null },
  now: Date,
): { from: number; to: number } | null => {
  const from = startedAt.getTime()
  if (!(from >= earliestMs && from <= now.getTime())) return null
  return { from, to: Math.max(from, Math.min((endedAt ?? now).getTime(), now.getTime())) }
}
