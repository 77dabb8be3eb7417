import { between, unit } from './random.ts'

const minute = 60_000
const salt = { phase: 1, noise: 2, wave: 3, raid: 4, raidSize: 5, raidTime: 6 }

/** What a viewer curve depends on besides the instant; times are epoch milliseconds. */
export type Audience = {
  channelId: number
  /** Viewers at the plateau. */
  popularity: number
  startedAt: number
  /** When the broadcast will end, for the decay before it; null when that is not known. */
  expectedEndAt: number | null
}

/** The number of viewers at an instant, at least 2, in samples of a minute; it depends on its arguments alone. */
export const viewerSample = (seed: number, audience: Audience, at: number): number => {
  const { channelId, popularity, startedAt, expectedEndAt } = audience
  const phase = Math.floor(unit(seed, salt.phase, channelId) * minute)
  const sample = Math.floor((at - phase) / minute)
  const sampledAt = Math.max(startedAt, sample * minute + phase)
  const age = sampledAt - startedAt
  const planned = expectedEndAt === null ? 180 * minute : expectedEndAt - startedAt

  const ramp = 0.15 + 0.85 * (1 - Math.exp(-age / Math.min(15 * minute, planned / 6)))
  const wavelength = between(35 * minute, 80 * minute, seed, salt.wave, channelId)
  const wave = 1 + 0.2 * Math.sin((2 * Math.PI * age) / wavelength)
  const fade =
    expectedEndAt === null ? 1 : 0.55 + 0.45 * Math.max(0, Math.min(1, (expectedEndAt - sampledAt) / (planned * 0.12)))
  const noise = 1 + 0.08 * (unit(seed, salt.noise, channelId, sample) - 0.5)
  return Math.max(2, Math.round(popularity * (ramp * wave * fade + raid(seed, audience, age, planned)) * noise))
}

/** Extra viewers of a raid as a share of the plateau. About every third broadcast gets one, and it fades within minutes. */
const raid = (seed: number, { channelId, startedAt }: Audience, age: number, planned: number): number => {
  const second = Math.floor(startedAt / 1000)
  if (unit(seed, salt.raid, channelId, second) > 0.35) return 0
  const since = age - planned * between(0.2, 0.8, seed, salt.raidTime, channelId, second)
  if (since < 0) return 0
  return between(0.4, 2, seed, salt.raidSize, channelId, second) * Math.exp(-since / (8 * minute))
}
