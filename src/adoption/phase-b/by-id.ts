import type { Transaction } from '../../stores/postgres/postgres.ts'
import { type LegacyTable, presentTables } from '../legacy-tables.ts'
import { countRows } from '../pace.ts'
import { ask, type Finding, type Step, type StepContext } from '../step.ts'

/** A range of ids: beyond `after`, through `last`. */
type IdRange = { after: string; last: string }

type Reading<Row> = {
  name: string
  title: string
  table: LegacyTable
  /** Rows of a batch. */
  size: number
  secondsPerRow: number
  /** What is selected of each row; `id` and everything that goes into a finding is among it. */
  columns: string
  /** Which rows are meant, as a condition of SQL. */
  where?: string
  /** Made before the first batch. */
  begin?(context: StepContext): Promise<void>
  /** Brings the rows of a range somewhere; must be harmless to repeat. */
  bring(context: StepContext, tx: Transaction, rows: readonly Row[], range: IdRange): Promise<Finding[]>
}

/** Keeps a transaction from being ended as idle while other stores work. */
const keptOpen = async <T>(tx: Transaction, work: Promise<T>): Promise<T> => {
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const pause = new Promise<'pause'>((resolve) => {
      timer = setTimeout(resolve, 5_000, 'pause')
    })
    const first = await Promise.race([work.then((value) => ({ value })), pause]).finally(() => clearTimeout(timer))
    if (first !== 'pause') return first.value
    await tx.query(ask('SELECT 1'))
  }
}

/** A step of Phase B that reads a legacy table by its id, so many rows at a time, so that memory does not grow with the table. */
export const readingStep = <Row extends { id: string }>(reading: Reading<Row>): Step => {
  const { name, title, table, size, secondsPerRow, columns, where = 'true' } = reading
  return {
    name,
    phase: 'phase-b',
    title,
    async estimate({ db }) {
      if (!(await presentTables(db)).has(table)) return { rows: 0, seconds: 0 }
      const rows = (await countRows(db, [table])).get(table) ?? 0
      return { rows, seconds: rows * secondsPerRow }
    },
    async run(context) {
      if (!(await presentTables(context.db)).has(table)) return
      await reading.begin?.(context)
      await context.batches<{ after: string }>(async (tx, position) => {
        const after = position?.after ?? '0'
        const rows = await tx.query(
          ask<Row>(
            `SELECT id::text AS id, ${columns} FROM ${table} AS t WHERE t.id > $1::bigint AND (${where}) ORDER BY t.id LIMIT ${size}`,
          ),
          [after],
        )
        const last = rows.at(-1)?.id
        if (last === undefined) return { position: { after }, rows: 0, done: true }
        await context.find(tx, await keptOpen(tx, reading.bring(context, tx, rows, { after, last })))
        return { position: { after: last }, rows: rows.length, done: rows.length < size }
      })
    },
  }
}
