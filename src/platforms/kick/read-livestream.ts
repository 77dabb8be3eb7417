import type { LiveObservation } from '../platform.ts'
import { readCount, readFlag, readInstant, readObject, readText, readUrl, readUserId } from '../read-fields.ts'
import { type Reading, readRows } from '../read-rows.ts'
import { readSlug } from './read-slug.ts'

const readCategory = (value: unknown): string | undefined => {
  const category = readObject(value)
  return category.id === 0 ? undefined : readText(category.name)
}

/** A row of `users/livestreams` as an observation; undefined when it does not say since when the user is live. */
export const readLivestream = (row: unknown, platformUserId: string): LiveObservation | undefined => {
  const {
    id,
    broadcaster_user,
    channel,
    category,
    title,
    language_code,
    started_at,
    viewer_count,
    has_mature_content,
  } = readObject(row)
  const startedAt = readInstant(started_at)
  if (startedAt === undefined) return undefined
  const user = readObject(broadcaster_user)
  return {
    profile: {
      platformUserId,
      slug: readSlug(readObject(channel).slug),
      displayName: readText(user.username),
      avatarUrl: readUrl(user.profile_picture),
    },
    platformStreamId: readText(id),
    startedAt,
    title: readText(title),
    category: readCategory(category),
    language: readText(language_code),
    isMature: readFlag(has_mature_content),
    // Zero is how Kick shows a count that the streamer hides.
    viewerCount: readCount(viewer_count) || null,
    row: () => row,
  }
}

/** Who of `askedFor` is live, from the body of a `users/livestreams` answer; of two rows about one user the later broadcast counts. */
export const readLivestreams = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, LiveObservation>> =>
  readRows(body, askedFor, {
    userIdOf: (row) => readUserId(readObject(readObject(row).broadcaster_user).id),
    read: readLivestream,
    replaces: (next, previous) => next.startedAt > previous.startedAt,
  })
