import { earliestMs } from '../platforms/instant-bounds.ts'

/**
 * The stretch of a broadcast that can have been observed by now, in milliseconds since the epoch. Null when its start lies in
 * the future or before all streaming, so that one such row does not spoil a query for others.
 */
export const observedSpan = (
  { startedAt, endedAt }: { startedAt: Date; endedAt: Date | null },
  now: Date,
): { from: number; to: number } | null => {
  const from = startedAt.getTime()
  if (!(from >= earliestMs && from <= now.getTime())) return null
  return { from, to: Math.max(from, Math.min((endedAt ?? now).getTime(), now.getTime())) }
}
