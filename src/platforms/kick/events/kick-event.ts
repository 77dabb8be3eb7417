import type { ProfileObservation } from '../../platform.ts'
import { readObject, readText, readUrl, readUserId } from '../../read-fields.ts'
import type { DeliveredFact } from '../../webhook-source.ts'
import { readSlug } from '../read-slug.ts'

type Fields = Readonly<Record<string, unknown>>

/** How one type of event is read. Fields that nobody knows are ignored everywhere. */
export type KickEvent = {
  /** As the header names it. */
  type: string
  /** What a body with a broadcaster tells; a body without the fields that make this type is a type mismatch. `sentAt` dates what has no time of its own. */
  read(body: Fields, broadcaster: ProfileObservation, sentAt: Date): DeliveredFact
}

/** The body has not what makes its type. */
export const mismatch = (reason: string): DeliveredFact => ({ kind: 'type-mismatch', reason })

/** Whether the value is a JSON object. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
