import { models } from '../../prisma/generated/models.ts'
import type { Side } from '../stores/postgres/ledger.ts'
import { tableOf } from '../stores/postgres/model.ts'
import { type Connection, readTables, type Table } from '../stores/postgres/tables.ts'

/** The ledgers of migrations are written by migrating, and the calls of a backup last as long as it is made. */
const unsaved = new Set(['_prisma_migrations', 'backup_call', 'backup_answer'])

/** Tables of other systems may stand beside ours in `public`; all of `dm` is ours. */
const ourPublicTables = new Set(
  (Object.keys(models) as (keyof typeof models)[]).map(tableOf).filter((name) => name.startsWith('public.')),
)

/** The tables of a side that a backup has: ours, without the ledger of migrations, the queue of jobs and the calls of backups. */
export const savedTables = async (db: Connection, side: Side): Promise<Table[]> =>
  (await readTables(db, side)).filter(
    ({ name }) => !unsaved.has(name) && (side === 'dm' || ourPublicTables.has(`public.${name}`)),
  )
