import type pg from 'pg'
import type { Description } from '../stores/describe-database.ts'

/** Objects that belong to others, or to the environment, and stay as they are. */
const outside =
  /\b(auth|pgboss)\b|\bpublic\.(streamers|campaigns|deals|streamer_videos|payouts|payout_state|invoice_number|touch_payout|streamers_with_deals|deal_totals)(?![a-z])/

/** Whether an object of a description is none of ours. */
export const isOutside = (object: string): boolean => outside.test(object)

/** Those objects alone. */
export const outsideOf = (description: Description): Record<string, string> =>
  Object.fromEntries([...description].filter(([object]) => isOutside(object)))

/** Every row of the tables of others. */
export const outsideRows = async (db: pg.ClientBase): Promise<Record<string, string[]>> => {
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('auth', 'pgboss', 'public') ORDER BY 1`,
  )
  const found: Record<string, string[]> = {}
  for (const { name } of tables.filter(({ name }) => isOutside(name))) {
    const { rows } = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t ORDER BY 1`)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}
