/** A named statement: Postgres plans it once per connection and the name shows up in its own views. */
export type Statement = { readonly name: string; readonly text: string }

/** Declares a statement; values only ever travel as parameters. */
export const statement = (name: string, text: string): Statement => ({ name, text })

/**
 * SQL for an instant that is at most the database's now, NULL staying NULL (`least` would make it now): a clock of ours
 * that ran ahead must not outrank what is seen after it was set right.
 */
export const notInFuture = (instant: string): string => `CASE WHEN ${instant} > now() THEN now() ELSE ${instant} END`
