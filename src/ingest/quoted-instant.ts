const seconds = (whole: number): string => String(whole).padStart(10, '0')

/** An instant for a DateTime column: the seconds since 1970 as quoted text, what is less than a second left out. Not before 1970. */
export const quotedSeconds = (ms: number): string => `"${seconds(Math.floor(ms / 1_000))}"`

/**
 * An instant for a DateTime64 column as quoted text: the seconds since 1970 with three decimals. A bare number would be read as
 * milliseconds by some versions of ClickHouse and as seconds by others; text is read alike by all, whatever zone or settings a
 * server has.
 */
export const quotedMilliseconds = (ms: number): string => {
  // Seconds with a sign lose it where they are 0; before 1970 the date is written out.
  if (ms < 0) return `"${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}"`
  const whole = Math.floor(ms / 1_000)
  return `"${seconds(whole)}.${String(ms - whole * 1_000).padStart(3, '0')}"`
}
