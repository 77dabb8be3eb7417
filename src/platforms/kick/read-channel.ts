import type { ProfileObservation } from '../platform.ts'
import { readObject, readText, readUrl, readUserId } from '../read-fields.ts'
import { type Reading, readRows } from '../read-rows.ts'
import { readSlug } from './read-slug.ts'

const channelUserId = (row: unknown): string | undefined => readUserId(readObject(row).broadcaster_user_id)

const readChannel = (row: unknown, platformUserId: string): ProfileObservation => {
  const { slug, channel_description } = readObject(row)
  return { platformUserId, slug: readSlug(slug), bio: readText(channel_description, 10_000) }
}

/** Handles and descriptions by user id, from the body of a `channels` answer. Its `stream` part, which can hold ingest credentials, is never read. */
export const readChannels = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> =>
  readRows(body, askedFor, { userIdOf: channelUserId, read: readChannel })

/** The channel that holds `slug`, from the body of a `channels` answer; null when none of its rows does. */
export const readChannelBySlug = (body: unknown, slug: string): Reading<ProfileObservation | null> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const row = rows.find((candidate) => readSlug(readObject(candidate).slug) === slug)
  if (row === undefined) return { ok: true, value: null, items: rows.length }
  const userId = channelUserId(row)
  if (userId === undefined) return { ok: false, message: 'the item does not name its user', items: rows.length }
  return { ok: true, value: readChannel(row, userId), items: rows.length }
}

/** Display names and avatars by user id, from the body of a `users` answer. */
export const readUsers = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> =>
  readRows(body, askedFor, {
    userIdOf: (row) => readUserId(readObject(row).user_id),
    read: (row, platformUserId) => {
      const { name, profile_picture } = readObject(row)
      return { platformUserId, displayName: readText(name), avatarUrl: readUrl(profile_picture) }
    },
  })
