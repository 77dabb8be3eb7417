import type { Postgres } from '../../stores/postgres/postgres.ts'
import { type LegacyTable, presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { ask, type Step } from '../step.ts'
import { changeTable } from './structure.ts'

/** The tables whose rows must have a channel that exists. Chat leaves Postgres, so nothing refers from there. */
const tables: readonly LegacyTable[] = [
  'public.streamer_channels',
  'public.kick_stream_sessions',
  'public.kick_streamer_probe_schedule',
  'public.kick_event_subscriptions',
  'scrape.kick_raw',
]

const nameOf = (table: LegacyTable): string => `adoption_${table.split('.')[1]}_channel_fkey`

const stateOf = async (db: Postgres, table: LegacyTable): Promise<boolean | undefined> => {
  const [row] = await db.query(
    ask<{ isValid: boolean }>(
      'SELECT convalidated AS "isValid" FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2',
    ),
    [table, nameOf(table)],
  )
  return row?.isValid
}

/** Adds foreign keys that hold for new rows at once, and checks the old rows apart, which blocks nobody. */
export const constraintsStep: Step = {
  name: 'constraints',
  phase: 'phase-a',
  title: 'Add the foreign keys of channel_id, and check them apart',
  async estimate({ db }) {
    const present = await presentTables(db)
    const counts = await countRows(
      db,
      tables.filter((table) => present.has(table)),
    )
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0)
    return { rows: 0, seconds: 0.1 + rows * 0.000001 }
  },
  async run(context) {
    const { db, batches } = context
    const present = await presentTables(db)
    for (const table of tables) {
      if (!present.has(table)) continue
      if ((await stateOf(db, table)) === undefined)
        await changeTable(
          context,
          `ALTER TABLE ${table} ADD CONSTRAINT ${nameOf(table)} FOREIGN KEY (channel_id) REFERENCES dm.streamer_channel (id) ON DELETE SET NULL NOT VALID`,
        )
      if ((await stateOf(db, table)) === false)
        await db.query(ask(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${nameOf(table)}`))
    }
    await batches(async () => ({ position: null, rows: 0, done: true }))
  },
}
