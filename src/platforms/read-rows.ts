import { readObject } from './read-fields.ts'

/** What an answer says: a value, or why it can not be used. `items` counts the rows it carried, `note` what was left out. */
export type Reading<T> =
  | { ok: true; value: T; items: number; note?: string }
  | { ok: false; message: string; items: number }

/** How to read one row. */
export type RowReader<T> = {
  /** Whose row this is; undefined when it does not say. */
  userIdOf(row: unknown): string | undefined
  /** The row's facts; undefined when it lacks one that matters. */
  read(row: unknown, userId: string): T | undefined
  /** Of two rows about one user, whether the second replaces the first. */
  replaces?(next: T, previous: T): boolean
}

/**
 * The `data` rows of an answer by user id. Rows nobody asked for and rows that name no user are left out; an unusable
 * row of a user we asked for, or an answer whose rows all name nobody, makes the whole answer unusable, because a user
 * missing from the map counts as an observation.
 */
export const readRows = <T>(
  body: unknown,
  askedFor: ReadonlySet<string>,
  { userIdOf, read, replaces }: RowReader<T>,
): Reading<Map<string, T>> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const items = rows.length
  const value = new Map<string, T>()
  let nameless = 0
  for (const row of rows) {
    const userId = userIdOf(row)
    if (userId === undefined) nameless++
    if (userId === undefined || !askedFor.has(userId)) continue
    const next = read(row, userId)
    if (next === undefined) return { ok: false, message: `the item of user ${userId} is unusable`, items }
    const previous = value.get(userId)
    if (previous === undefined || replaces?.(next, previous)) value.set(userId, next)
  }
  if (nameless > 0 && nameless === items) return { ok: false, message: 'no item of the answer names its user', items }
  return {
    ok: true,
    value,
    items,
    note: nameless > 0 ? `${nameless} items without a user id were left out` : undefined,
  }
}
