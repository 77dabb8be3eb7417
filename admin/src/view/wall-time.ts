const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const made =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    })
  formats.set(zone, made)
  return made
}

/** What clocks in the zone show at an instant, as if they showed UTC: milliseconds that can be counted with. */
export const wallTime = (at: number, zone: string): number => {
  if (zone === 'UTC') return at
  const second = Math.floor(at / 1_000) * 1_000
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(second)) parts[type] = Number(value)
  return Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!) + (at - second)
}

/** When clocks in the zone show this; null where they skip it. Of two instants the first. */
export const instantOfWall = (wall: number, zone: string): number | null => {
  const dayMs = 86_400_000
  const offsets = [wall - dayMs, wall + dayMs].map((at) => wallTime(at, zone) - at)
  const found = offsets.map((offset) => wall - offset).filter((at) => wallTime(at, zone) === wall)
  return found.length > 0 ? Math.min(...found) : null
}
