/** A named statement: Postgres plans it once per connection and the name shows up in its own views. */
export type Statement = { readonly name: string; readonly text: string }

/** Declares a statement; values only ever travel as parameters. */
export const statement = (name: string, text: string): Statement => ({ name, text })
