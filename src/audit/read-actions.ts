import type { DmAuditEntry, PublicAuditEntry } from '../../prisma/generated/client/client.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Side } from './record-action.ts'

/** An action as the audit log of one side has it. */
export type AuditEntry = (DmAuditEntry | PublicAuditEntry) & { side: Side }

const models = { dm: 'DmAuditEntry', public: 'PublicAuditEntry' } as const

const filterColumns = ['subject', 'action', 'target'] as const

/** The exact values that entries must have; null means any. */
export type AuditFilter = { side: Side | null } & Record<(typeof filterColumns)[number], string | null>

type Column = (typeof filterColumns)[number]

// A statement for each set of columns, so that each has its own index.
const selectNewest = (side: Side, columns: readonly Column[]) =>
  statement(
    ['audit_read', side, ...columns].join('_'),
    sql`SELECT ${select(models[side])} FROM ${tableOf(models[side])} WHERE ${columns.map((column, index) => `${column} = $${index + 3} AND `).join('')}id < $1
     ORDER BY id DESC LIMIT $2`,
  )

// Above every ULID in every collation.
const beyondAll = 'Z'.repeat(26)

const newestOf = async (
  db: Transaction,
  side: Side,
  filter: AuditFilter,
  { before, limit }: { before: string | null; limit: number },
): Promise<AuditEntry[]> => {
  const columns = filterColumns.filter((column) => filter[column] !== null)
  const values = [before ?? beyondAll, limit, ...columns.map((column) => filter[column])]
  const rows = await db.query(selectNewest(side, columns), values)
  return rows.map((row) => ({ ...row, side }))
}

/** The newest entries of both sides, at most `limit`, with ids below `before` if given: one statement for each side. */
export const readActions = async (
  databases: Record<Side, Transaction>,
  filter: AuditFilter,
  page: { before: string | null; limit: number },
): Promise<AuditEntry[]> => {
  const sides: Side[] = filter.side ? [filter.side] : ['dm', 'public']
  const found = await Promise.all(sides.map((side) => newestOf(databases[side], side, filter, page)))
  return found
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, page.limit)
}
