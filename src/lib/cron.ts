type Field = { matches(value: number): boolean; isAny: boolean }

/** A field of a cron expression: `*`, a number, a range, each perhaps with a step, or a list of them. */
const readField = (text: string): Field => {
  const parts = text.split(',').map((part) => {
    const [span = '', step = '1'] = part.split('/')
    const [first, last] = span === '*' ? [0, 59] : span.split('-').map(Number)
    const until = last ?? (part.includes('/') ? 59 : first)
    return { first: first!, last: until!, step: Number(step) }
  })
  return {
    isAny: text === '*',
    matches: (value) =>
      parts.some(({ first, last, step }) => value >= first && value <= last && (value - first) % step === 0),
  }
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** No expression of ours waits longer for its next time. */
const longestMs = 5 * 366 * dayMs

/** The first minute after an instant that five cron fields name in UTC, in milliseconds since the epoch; null where none comes in five years. */
export const nextCronTime = (cron: string, after: number): number | null => {
  const [minute, hour, day, month, weekday] = cron.trim().split(/\s+/).map(readField) as [
    Field,
    Field,
    Field,
    Field,
    Field,
  ]
  /** Where both days are told, one of them is enough. */
  const isDay = (at: Date): boolean => {
    const [byDate, byWeekday] = [day.matches(at.getUTCDate()), weekday.matches(at.getUTCDay())]
    return (
      month.matches(at.getUTCMonth() + 1) && (day.isAny || weekday.isAny ? byDate && byWeekday : byDate || byWeekday)
    )
  }
  let now = Math.floor(after / minuteMs) * minuteMs + minuteMs
  while (now - after < longestMs) {
    const at = new Date(now)
    if (!isDay(at)) now = Math.floor(now / dayMs) * dayMs + dayMs
    else if (!hour.matches(at.getUTCHours())) now = Math.floor(now / hourMs) * hourMs + hourMs
    else if (!minute.matches(at.getUTCMinutes())) now += minuteMs
    else return now
  }
  return null
}
