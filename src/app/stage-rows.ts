import { forgetRows } from '../ingest/forget-rows.ts'
import { queueName, type Spool } from '../ingest/spool.ts'

/** Rows that wait in the spool for what belongs to them, and then go on together with it or not at all. */
export type Stage = Pick<Spool, 'append'> & {
  /** Sends on what waits, each row exactly once however often this is interrupted and begun again. */
  release(): Promise<void>
}

type StagingSpool = Pick<Spool, 'append' | 'take' | 'settle' | 'backlogs'>

const prefix = queueName('staged:')

const stagedTable = (name: string, table: string): string => `${prefix}${name}:${table}`

/** Whether rows under this name wait in a stage. */
export const isStaged = (table: string): boolean => table.startsWith(prefix)

/** A stage of this name for rows of any table or queue of the spool. */
export const createStage = (spool: StagingSpool, name: string): Stage => ({
  append: (target, rows) => spool.append({ ...target, table: stagedTable(name, target.table) }, rows),
  async release() {
    const own = stagedTable(name, '')
    for (const staged of [...spool.backlogs().keys()].filter((table) => table.startsWith(own))) {
      for (;;) {
        const batch = await spool.take(staged)
        if (!batch) break
        const rows = Buffer.from(batch.body).toString().split('\n').slice(0, -1)
        await spool.settle(batch, [{ target: { table: staged.slice(own.length), columns: batch.columns }, rows }])
      }
    }
  },
})

/**
 * Lets a writer go on while the disk is busy with its rows: a call waits only for the one before it, and fails if that failed.
 * Rows are durable, in order, once `written` resolves.
 */
export const writeBehind = ({
  append,
}: Pick<Stage, 'append'>): Pick<Stage, 'append'> & { written(): Promise<void> } => {
  let last = Promise.resolve()
  return {
    append(target, rows) {
      const before = last
      last = append(target, rows)
      // Told by the next call, or by `written`.
      last.catch(() => {})
      return before
    },
    written: () => last,
  }
}

/** Forgets what waits in every stage but that of this name: nothing belongs to it any more. */
export const dropOtherStages = async (spool: StagingSpool, name: string): Promise<void> => {
  for (const table of spool.backlogs().keys()) {
    if (!isStaged(table) || table.startsWith(stagedTable(name, ''))) continue
    await forgetRows(spool, table)
  }
}
