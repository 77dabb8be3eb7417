import { models } from '../../prisma/generated/models.ts'
import type { Side } from '../stores/postgres/ledger.ts'
import { tableOf } from '../stores/postgres/model.ts'
import { type Connection, readTables, type Table } from '../stores/postgres/tables.ts'

/** The ledgers of migrations are written by migrating. */
const ledger = '_prisma_migrations'

/** Tables of other systems may stand beside ours in `public`; all of `dm` is ours. */
const ourPublicTables = new Set(
  (Object.keys(models) as (keyof typeof models)[]).map(tableOf).filter((name) => name.startsWith('public.')),
)

/** The tables of a side that a backup has: ours, without the ledger of migrations and the queue of jobs. */
export const savedTables = async (db: Connection, side: Side): Promise<Table[]> =>
  (await readTables(db, side)).filter(
    ({ name }) => name !== ledger && (side === 'dm' || ourPublicTables.has(`public.${name}`)),
  )
