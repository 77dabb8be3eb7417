import type { ProfileObservation } from '../platform.ts'
import { readObject, readText, readUrl, readUserId } from '../read-fields.ts'
import { type Reading, readRows } from '../read-rows.ts'
import { readLogin } from './read-login.ts'

const userIdOf = (row: unknown): string | undefined => readUserId(readObject(row).id)

const readUser = (row: unknown, platformUserId: string): ProfileObservation => {
  const { login, display_name, description, profile_image_url } = readObject(row)
  return {
    platformUserId,
    slug: readLogin(login),
    displayName: readText(display_name),
    avatarUrl: readUrl(profile_image_url),
    bio: readText(description, 10_000),
  }
}

/** Profiles by user id, from the body of a `users` answer. */
export const readUsers = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> =>
  readRows(body, askedFor, { userIdOf, read: readUser })

/** The user who holds `login`, from the body of a `users` answer; null when none of its rows does. */
export const readUserByLogin = (body: unknown, login: string): Reading<ProfileObservation | null> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const row = rows.find((candidate) => readLogin(readObject(candidate).login) === login)
  if (row === undefined) return { ok: true, value: null, items: rows.length }
  const userId = userIdOf(row)
  if (userId === undefined) return { ok: false, message: 'the item does not name its user', items: rows.length }
  return { ok: true, value: readUser(row, userId), items: rows.length }
}
