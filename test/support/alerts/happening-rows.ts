import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

const rowsOf = (side: 'dm' | 'public') =>
  statement(
    `test_happenings_${side}`,
    `SELECT kind, channel_id AS "channelId", happened_at AS at, facts FROM ${side}.happening ORDER BY id`,
  )
const rows = { dm: rowsOf('dm'), public: rowsOf('public') }

export type HappeningRow = { kind: string; channelId: bigint | null; at: Date; facts: Record<string, unknown> }

/** The happenings in the log of a side, in order. */
export const happeningRows = (db: Postgres, side: 'dm' | 'public'): Promise<HappeningRow[]> =>
  db.query<HappeningRow>(rows[side])
