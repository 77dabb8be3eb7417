import { readObject } from './read-fields.ts'

/** What an answer says: a value and what was left out of it (`note`, `unclear`), or why it can not be used. */
export type Reading<T> =
  | { ok: true; value: T; items: number; note?: string; unclear?: ReadonlyMap<string, string> }
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

/** The `data` rows of an answer by user id; an unusable row makes its user unclear, as a missing one is an observation. */
export const readRows = <T>(
  body: unknown,
  askedFor: ReadonlySet<string>,
  { userIdOf, read, replaces }: RowReader<T>,
): Reading<Map<string, T>> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const items = rows.length
  const value = new Map<string, T>()
  const unclear = new Map<string, string>()
  let nameless = 0
  for (const row of rows) {
    const userId = userIdOf(row)
    if (userId === undefined) nameless++
    if (userId === undefined || !askedFor.has(userId)) continue
    const next = read(row, userId)
    if (next === undefined) unclear.set(userId, 'its item is unusable')
    const previous = value.get(userId)
    if (next !== undefined && (previous === undefined || replaces?.(next, previous))) value.set(userId, next)
  }
  for (const userId of unclear.keys()) value.delete(userId)
  if (nameless > 0 && nameless === items) return { ok: false, message: 'no item of the answer names its user', items }
  const note = nameless > 0 ? `${nameless} items without a user id were left out` : undefined
  return { ok: true, value, items, note, ...(unclear.size > 0 && { unclear }) }
}

/** The first of the `data` rows of an answer that `holds` what was asked for, read as its user; null when none of them does. */
export const readRow = <T>(
  body: unknown,
  holds: (row: unknown) => boolean,
  { userIdOf, read }: { userIdOf: RowReader<T>['userIdOf']; read(row: unknown, userId: string): T },
): Reading<T | null> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const row = rows.find(holds)
  if (row === undefined) return { ok: true, value: null, items: rows.length }
  const userId = userIdOf(row)
  if (userId === undefined) return { ok: false, message: 'the item does not name its user', items: rows.length }
  return { ok: true, value: read(row, userId), items: rows.length }
}
