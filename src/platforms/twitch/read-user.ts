import type { ProfileObservation } from '../platform.ts'
import { readObject, readText, readUrl, readUserId } from '../read-fields.ts'
import { type Reading, readRow, readRows } from '../read-rows.ts'
import { readLogin } from './read-login.ts'

const userReader = {
  userIdOf: (row: unknown) => readUserId(readObject(row).id),
  read: (row: unknown, platformUserId: string): ProfileObservation => {
    const { login, display_name, description, profile_image_url } = readObject(row)
    return {
      platformUserId,
      slug: readLogin(login),
      displayName: readText(display_name),
      avatarUrl: readUrl(profile_image_url),
      bio: readText(description, 10_000),
    }
  },
}

/** Profiles by user id, from the body of a `users` answer. */
export const readUsers = (body: unknown, askedFor: ReadonlySet<string>): Reading<Map<string, ProfileObservation>> =>
  readRows(body, askedFor, userReader)

/** The user who holds `login`, from the body of a `users` answer; null when none of its rows does. */
export const readUserByLogin = (body: unknown, login: string): Reading<ProfileObservation | null> =>
  readRow(body, (row) => readLogin(readObject(row).login) === login, userReader)
