import { apiInstant, type InstantText, printInstant, readInstant } from './instant.ts'
import { instantOfWall, wallTime } from './wall-time.ts'

const hourMs = 3_600_000
const beginsDay = /\/[dw]$/

/** The instant that a range names in a zone: its days and weeks begin at midnight there. Null for what is no instant. */
export const instantInZone = (text: InstantText, zone: string, now: number): number | null => {
  if (!beginsDay.test(text)) return readInstant(text, now)
  const wall = readInstant(text, wallTime(now, zone))
  // Where clocks skip midnight, the day begins an hour later.
  return wall === null ? null : (instantOfWall(wall, zone) ?? instantOfWall(wall + hourMs, zone))
}

/** The same as the API reads it, whose days are those of UTC. */
export const apiInstantInZone = (text: InstantText, zone: string, now: number): string => {
  if (zone === 'UTC' || !beginsDay.test(text)) return apiInstant(text)
  const at = instantInZone(text, zone, now)
  return at === null ? apiInstant(text) : printInstant(at)
}
