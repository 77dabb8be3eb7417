import { type Author, recordAction } from '../audit/record-action.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** Records a command before it begins, in a transaction of its own: it does its work in many, and may die between them. */
export const recordCommand = (db: Postgres, author: Author, name: string, args: readonly string[]): Promise<void> => {
  const options = args.findIndex((arg) => arg.startsWith('-'))
  const target = args.slice(0, options < 0 ? args.length : options).join(' ')
  return db.transaction((tx) =>
    recordAction(tx, 'dm', author, { action: `command.${name}`, target, after: { args: [...args] } }),
  )
}
