import type { ProfileObservation } from '../platform.ts'
import { readCount, readObject, readText, readUrl, readUserId } from '../read-fields.ts'
import { type Reading, readRow, readRows } from '../read-rows.ts'
import { readSlug } from './read-slug.ts'

const readChannel = (row: unknown, platformUserId: string): ProfileObservation => {
  const { slug, channel_description, active_subscribers_count } = readObject(row)
  return {
    platformUserId,
    slug: readSlug(slug),
    bio: readText(channel_description, 10_000),
    subscriberCount: readCount(active_subscribers_count),
  }
}

const channelReader = {
  userIdOf: (row: unknown) => readUserId(readObject(row).broadcaster_user_id),
  read: readChannel,
}

/** Handles, descriptions and active subscribers by user id, from the body of a `channels` answer. Its `stream` part, which can hold ingest credentials, is never read. */
export const readChannels = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> =>
  readRows(body, askedFor, channelReader)

/** The channel that holds `slug`, from the body of a `channels` answer; null when none of its rows does. */
export const readChannelBySlug = (body: unknown, slug: string): Reading<ProfileObservation | null> =>
  readRow(body, (row) => readSlug(readObject(row).slug) === slug, channelReader)

/** Display names and avatars by user id, from the body of a `users` answer. */
export const readUsers = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> =>
  readRows(body, askedFor, {
    userIdOf: (row) => readUserId(readObject(row).user_id),
    read: (row, platformUserId) => {
      const { name, profile_picture } = readObject(row)
      return { platformUserId, displayName: readText(name), avatarUrl: readUrl(profile_picture) }
    },
  })
