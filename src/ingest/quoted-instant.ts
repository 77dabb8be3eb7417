const seconds = (whole: number): string => String(whole).padStart(10, '0')

/** An instant for a DateTime column: the seconds since 1970 as quoted text, what is less than a second left out. Not before 1970. */
export const quotedSeconds = (ms: number): string => `"${seconds(Math.floor(ms / 1_000))}"`

/**
 * An instant for a DateTime64 column: the seconds since 1970 with three decimals as quoted text. A bare number would be read as
 * milliseconds by some versions of ClickHouse and as seconds by others; text is read alike by all, whatever zone or settings a
 * server has.
 */
export const quotedMilliseconds = (ms: number): string => {
  const size = Math.abs(ms)
  const whole = Math.floor(size / 1_000)
  return `"${ms < 0 ? '-' : ''}${seconds(whole)}.${String(size - whole * 1_000).padStart(3, '0')}"`
}
