import { castMember, displayName, programme } from './cast.ts'
import { uuid } from './random.ts'
import type { Channel } from './world.ts'

/** The handle of the channel that the app does not track until somebody asks for it. */
export const newcomerSlug = 'not_tracked_yet'

const minute = 60_000
const periodMs = 120 * minute
const liveMs = 115 * minute
const salt = { stream: 71 }

/**
 * The channel that is on the platform and in nobody's list, so that tracking one can be tried. It is live but for five minutes in two
 * hours. `n` is a number that no member of the cast has.
 */
export const newcomerAt = (seed: number, n: number, at: number): Channel => {
  const cycle = Math.floor(at / periodMs)
  const startedAt = cycle * periodMs
  const endsAt = startedAt + liveMs
  return {
    ...castMember(seed, n),
    slug: newcomerSlug,
    username: displayName(newcomerSlug),
    popularity: 420,
    stream: {
      ...programme(seed, n, cycle),
      id: uuid(seed, salt.stream, n, cycle),
      startedAt,
      endedAt: at >= endsAt ? endsAt : null,
      expectedEndAt: endsAt,
      viewers: null,
    },
  }
}
