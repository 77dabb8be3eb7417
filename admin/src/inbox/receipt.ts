import { clockSeconds, shortDay } from '../view/format.ts'

/** When something came, to the second: "17:02:31" of today, else "12 Mar, 17:02:31". */
export const receiptText = (at: number, zone: string, now = Date.now()): string => {
  const time = clockSeconds(at, zone)
  const day = shortDay(at, zone, now)
  return day === shortDay(now, zone, now) ? time : `${day}, ${time}`
}
