import type { ProfileObservation } from '../../platform.ts'
import { readObject, readText, readUrl, readUserId } from '../../read-fields.ts'
import { readSlug } from '../read-slug.ts'

/** Somebody in an event; undefined for who has no user id, such as an anonymous gifter. */
export const readPerson = (value: unknown): ProfileObservation | undefined => {
  const { user_id, username, profile_picture, channel_slug } = readObject(value)
  const platformUserId = readUserId(user_id)
  if (platformUserId === undefined) return undefined
  return {
    platformUserId,
    slug: readSlug(channel_slug),
    displayName: readText(username),
    avatarUrl: readUrl(profile_picture),
  }
}
