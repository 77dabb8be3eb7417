/** The factors of the usual whose passing is recorded. */
export const usualFactors: readonly number[] = [1.5, 2, 3, 5, 10]

const digits = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]

/** Whether it is a number of viewers whose passing is recorded: 10, 15, 20, 25, 30, 40 and so on to 90, or one of these with zeros behind it. */
export const isViewerMark = (viewers: number): boolean => {
  if (viewers < 10) return false
  const power = 10 ** Math.floor(Math.log10(viewers) + 1e-9)
  return digits.includes(viewers / power)
}

/** The greatest mark up to a number of viewers; 0 where there is none. */
const markAtMost = (viewers: number): number => {
  if (viewers < 10) return 0
  const power = 10 ** Math.floor(Math.log10(viewers) + 1e-9)
  return digits.findLast((digit) => digit * power <= viewers)! * power
}

/** Whether viewers passed a mark, of their number or of the usual, when the most of a broadcast grew from `before` to `now`. */
export const passesMark = (before: number | null, now: number, usual: number | null): boolean => {
  const most = before ?? -1
  if (now <= most) return false
  if (markAtMost(now) > Math.max(most, 0)) return true
  return usual !== null && usualFactors.some((factor) => most < factor * usual && now >= factor * usual)
}
