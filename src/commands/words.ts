/** An instant to the minute, as lists for people show it. */
export const minute = (at: Date): string => `${at.toISOString().slice(0, 16)}Z`

/** An instant as JSON has it; null where there is none. */
export const instantOrNull = (at: Date | null | undefined): string | null => at?.toISOString() ?? null

/** A length of time in its two largest units, such as `2 h 14 min`. */
export const duration = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60]
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`
}

/** How many there are of something, such as `1 follow` or `2 follows`. */
export const counted = (count: number | bigint | string, one: string): string =>
  `${count} ${one}${String(count) === '1' ? '' : 's'}`

/** A row of a page: what it is about, and what it says. */
export const row = (title: string, text: string, width = 12): string => `  ${title.padEnd(width)}${text}`
