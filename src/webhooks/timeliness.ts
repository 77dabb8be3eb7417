/** How a delivery's age is judged: never a reason to drop it. */
export type Timeliness = 'timely' | 'late' | 'quarantined'

const minuteMs = 60_000
const lateAfterMs = 5 * minuteMs
const quarantinedAfterMs = 7 * 24 * 60 * minuteMs
const futureToleranceMs = 5 * minuteMs

/** Late when sent more than five minutes before its receipt, quarantined when more than seven days before or five minutes after it. `receivedAt` is in microseconds. */
export const timelinessOf = (sentAt: Date, receivedAt: bigint): Timeliness => {
  const ageMs = Number(receivedAt) / 1_000 - sentAt.getTime()
  if (ageMs > quarantinedAfterMs || ageMs < -futureToleranceMs) return 'quarantined'
  return ageMs > lateAfterMs ? 'late' : 'timely'
}
