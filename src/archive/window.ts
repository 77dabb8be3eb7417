/** An hour of arrival, half-open. */
export type Window = { from: Date; to: Date }

export const windowMs = 3_600_000

/** The window in which an instant lies. */
export const windowAt = (instant: Date): Window => {
  const from = Math.floor(instant.getTime() / windowMs) * windowMs
  return { from: new Date(from), to: new Date(from + windowMs) }
}

/** What the keys of a window begin with. */
export const windowPrefix = (env: string, { from }: Window): string => {
  const [day, time] = from.toISOString().split('T') as [string, string]
  return `chat/v1/env=${env}/${day.replaceAll('-', '/')}/${time.slice(0, 2)}/`
}

/** The key of a window's part, counted from 0; equal windows give equal keys. */
export const partKey = (env: string, window: Window, index: number): string =>
  `${windowPrefix(env, window)}part-${String(index + 1).padStart(4, '0')}.parquet`

/** The key of a window's manifest. */
export const manifestKey = (env: string, window: Window): string => `${windowPrefix(env, window)}manifest.json`
