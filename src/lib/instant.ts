const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

// The instants that both stores can hold.
const firstInstant = Date.parse('1900-01-01T00:00:00Z')
const lastInstant = Date.parse('2299-12-31T23:59:59.999Z')

/** The instant of an RFC 3339 text with a zone, cut to milliseconds; null for any other value, for impossible days and outside 1900 to 2299. */
export const parseInstant = (value: unknown): Date | null => {
  const parts = typeof value === 'string' ? instantPattern.exec(value) : null
  if (!parts) return null
  // A day past the end of its month would roll over into the next.
  const day = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`)
  if (day.getUTCDate() !== Number(parts[3])) return null
  const instant = new Date(parts[0].toUpperCase())
  return instant.getTime() >= firstInstant && instant.getTime() <= lastInstant ? instant : null
}
