import type { ProfileObservation } from '../platform.ts'
import { readCount, readObject, readText, readUrl, readUserId } from '../read-fields.ts'
import { type Reading, readRow, readRows } from '../read-rows.ts'
import { readUsername } from './read-username.ts'

const userIdOf = (row: unknown): string | undefined => readUserId(readObject(row).id)

const readUser = (row: unknown, platformUserId: string): ProfileObservation => {
  const { username, name, description, profile_image_url, public_metrics } = readObject(row)
  return {
    platformUserId,
    slug: readUsername(username),
    displayName: readText(name),
    avatarUrl: readUrl(profile_image_url),
    bio: readText(description, 10_000),
    followerCount: readCount(readObject(public_metrics).followers_count),
    isBanned: false,
  }
}

/** The errors that stand beside the users: X answers 200 whatever became of each of them. */
const errorsOf = (body: unknown): readonly unknown[] => {
  const { errors } = readObject(body)
  return Array.isArray(errors) ? errors : []
}

/** Whom an error says to be gone or suspended, as we named them; undefined when it says anything else. */
const goneName = (error: unknown): string | undefined => {
  const { type, value } = readObject(error)
  return typeof type === 'string' && type.endsWith('/resource-not-found') && typeof value === 'string'
    ? value
    : undefined
}

/** X leaves `data` out when it has nobody to show. */
const withData = (body: unknown): unknown => {
  const { data } = readObject(body)
  return data === undefined && errorsOf(body).length > 0 ? { data: [] } : body
}

/** Users by id from a `users` answer, gone or suspended ones as banned; those it says nothing of are left out. */
export const readUsers = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> => {
  const shown = readRows(withData(body), askedFor, { userIdOf, read: readUser })
  if (!shown.ok) return shown
  const value = new Map(shown.value)
  for (const error of errorsOf(body)) {
    const id = goneName(error)
    if (id !== undefined && askedFor.has(id) && !value.has(id)) value.set(id, { platformUserId: id, isBanned: true })
  }
  const silent = askedFor.size - value.size
  return { ...shown, value, note: silent > 0 ? `the answer says nothing about ${silent} users` : shown.note }
}

/** The user who holds `username`, from the body of a `users/by` answer; null when X says that there is none. */
export const readUserByUsername = (body: unknown, username: string): Reading<ProfileObservation | null> => {
  const holds = (row: unknown) => readUsername(readObject(row).username) === username
  const reading = readRow(withData(body), holds, { userIdOf, read: readUser })
  if (!reading.ok || reading.value !== null) return reading
  return errorsOf(body).some((error) => readUsername(goneName(error)) === username)
    ? reading
    : { ok: false, message: 'the answer says nothing about the user', items: reading.items }
}
