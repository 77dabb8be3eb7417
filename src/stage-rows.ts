import { queueName, type Spool } from './ingest/spool.ts'

/** Rows that wait in the spool for what belongs to them, and then go on together with it or not at all. */
export type Stage = Pick<Spool, 'append'> & {
  /** Forgets what waits. */
  drop(): Promise<void>
  /** Sends on what waits, each row exactly once however often this is interrupted and begun again. */
  release(): Promise<void>
}

const stagedTable = (table: string): string => queueName(`staged-${table.replace(/^@/, '')}`)

/** A stage for rows of these tables and queues of the spool. */
export const createStage = (spool: Pick<Spool, 'append' | 'take' | 'settle'>, tables: readonly string[]): Stage => {
  const settleAll = async (moves: boolean): Promise<void> => {
    for (const table of tables) {
      for (;;) {
        const batch = await spool.take(stagedTable(table))
        if (!batch) break
        const rows = moves ? Buffer.from(batch.body).toString().split('\n').slice(0, -1) : []
        await spool.settle(batch, [{ target: { table, columns: batch.columns }, rows }])
      }
    }
  }
  return {
    append: (target, rows) => spool.append({ ...target, table: stagedTable(target.table) }, rows),
    drop: () => settleAll(false),
    release: () => settleAll(true),
  }
}
