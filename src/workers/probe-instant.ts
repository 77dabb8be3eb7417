const wholeSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/**
 * When a probe was, as its row has it, and the seconds since the one before, 0 for the first. Platforms count viewers once a
 * minute: milliseconds would only be noise, which nearly doubles what a row takes on disk.
 */
export const probeInstant = (at: Date, lastProbedAt: Date | null): { at: Date; elapsedSeconds: number } => ({
  at: new Date(wholeSeconds(at) * 1000),
  elapsedSeconds: lastProbedAt ? Math.max(0, wholeSeconds(at) - wholeSeconds(lastProbedAt)) : 0,
})
