import type { LiveObservation } from '../platform.ts'
import { readCount, readFlag, readInstant, readObject, readText, readUserId } from '../read-fields.ts'
import { type Reading, readRows } from '../read-rows.ts'
import { readLogin } from './read-login.ts'

/** A row of `streams` as an observation; undefined when it lacks its start, or its type, which Twitch leaves empty after an error of its own. */
const readStream = (row: unknown, platformUserId: string): LiveObservation | undefined => {
  const { id, type, user_login, user_name, title, game_name, language, started_at, viewer_count, is_mature } =
    readObject(row)
  const startedAt = readInstant(started_at)
  if (startedAt === undefined || type !== 'live') return undefined
  return {
    profile: { platformUserId, slug: readLogin(user_login), displayName: readText(user_name) },
    platformStreamId: readText(id, 100),
    startedAt,
    title: readText(title),
    category: readText(game_name),
    language: readText(language, 20),
    isMature: readFlag(is_mature),
    viewerCount: readCount(viewer_count) ?? null,
    row: () => row,
  }
}

/** A recording that is shown again, or whatever else Twitch may list as a stream, is no broadcast. */
const isSomethingElse = (row: unknown): boolean => {
  const { type } = readObject(row)
  return typeof type === 'string' && type !== '' && type !== 'live'
}

/** Who of `askedFor` is live, from the body of a `streams` answer; of two rows about one user the later broadcast counts. */
export const readStreams = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, LiveObservation>> => {
  const rows = readObject(body).data
  return readRows({ data: Array.isArray(rows) ? rows.filter((row) => !isSomethingElse(row)) : rows }, askedFor, {
    userIdOf: (row) => readUserId(readObject(row).user_id),
    read: readStream,
    replaces: (next, previous) => next.startedAt > previous.startedAt,
  })
}
