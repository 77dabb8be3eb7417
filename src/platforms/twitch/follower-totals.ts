import type { ApiHost } from '../api-host.ts'
import { readAnswer } from '../call-result.ts'
import { distinctIds } from '../distinct-ids.ts'
import type { CallResult, FollowerTotals, ProfileObservation } from '../platform.ts'
import { readCount, readObject } from '../read-fields.ts'
import type { Reading } from '../read-rows.ts'
import type { Timer } from '../timer.ts'

const path = '/channels/followers'
/** How long an app that was refused is not refused again, in milliseconds. */
const refusedForMs = 3_600_000

/** How many follow a user, from the body of a `channels/followers` answer; the list of who they are is for moderators. */
export const readFollowerTotal = (body: unknown, platformUserId: string): Reading<Map<string, ProfileObservation>> => {
  const followerCount = readCount(readObject(body).total)
  if (followerCount === undefined) return { ok: false, message: 'the answer has no total', items: 0 }
  return { ok: true, value: new Map([[platformUserId, { platformUserId, followerCount }]]), items: 1 }
}

/** Follower totals of Twitch, a call for each channel. `allowed` is false for an hour after Twitch refused them to the app. */
export const createTwitchFollowerTotals = (
  host: ApiHost,
  timer: Timer,
): FollowerTotals & { readonly allowed: boolean } => {
  let refusedUntil = Number.NEGATIVE_INFINITY
  const batchSize = 1

  const fetch = async (
    platformUserIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<CallResult<Map<string, ProfileObservation>>> => {
    const [id] = distinctIds(platformUserIds, batchSize)
    if (id === undefined) throw new RangeError('a user id is needed')
    const answer = await host.call({ path, query: `broadcaster_id=${id}&first=1` }, signal)
    // The token was replaced before this answer: what it lacks is not life but the right.
    const refused = answer.failure?.kind === 'unauthorized' && answer.status !== null
    if (refused) refusedUntil = timer.now() + refusedForMs
    return readAnswer(answer, (body) => readFollowerTotal(body, id))
  }

  return {
    batchSize,
    everySeconds: 3_600,
    usersPerDay: Number.POSITIVE_INFINITY,
    get allowed() {
      return timer.now() >= refusedUntil
    },
    fetch,
  }
}
