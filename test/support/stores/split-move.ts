import { splitCommands } from '../../../src/cli/split-commands.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'

/** What a command said, and whether it did what it was asked to. */
export type Said = { done: boolean; results: Record<string, unknown>[]; lines: string[] }

/** Runs a command that moves `dm` in this process. */
export const runSplit = async (
  name: string,
  given: Record<string, unknown>,
  env: Record<string, string>,
): Promise<Said> => {
  const command = splitCommands.find((one) => one.name === `split-dm ${name}`)!
  const results: Record<string, unknown>[] = []
  const lines: string[] = []
  const done = await command.run(
    { 'dry-run': false, ...given },
    {
      env: { LOG_LEVEL: 'error', ...env },
      words: [],
      output: undefined as never,
      say: (text: string | readonly string[]) => void lines.push(...[text].flat()),
      tell: (result: object, text: string | readonly string[]) => {
        results.push(result as Record<string, unknown>)
        lines.push(...[text].flat())
      },
    },
  )
  return { done, results, lines }
}

/** What dm is made of: keys, indexes, triggers but for those of a move, and columns. */
export const objectsOfDm = async (db: Postgres): Promise<string[]> => {
  const { rows } = await db.pool.query(`
    SELECT format('%s %s %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS it FROM pg_constraint c
      JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'dm'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'dm'
    UNION ALL SELECT format('%s %s %s', t.tgrelid::regclass, t.tgname, t.tgenabled) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'dm' AND NOT t.tgisinternal AND t.tgname NOT LIKE 'dm_split%'
    UNION ALL SELECT format('%s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'dm' AND c.relkind IN ('r', 'p') AND a.attnum > 0
    ORDER BY 1`)
  return rows.map(({ it }) => it)
}
