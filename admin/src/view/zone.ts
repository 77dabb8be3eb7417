/** The zone of the machine in front of which somebody sits. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

export const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The zone's distance from UTC at an instant, such as "UTC+02:00". */
export const offsetOf = (zone: string, at: number): string => {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const name = parts.find(({ type }) => type === 'timeZoneName')!.value.replace('GMT', 'UTC')
  return name === 'UTC' ? 'UTC' : name
}
