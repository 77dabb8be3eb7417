import type { Spool } from './spool.ts'

/** Forgets all rows that wait under a name: nobody will take them. */
export const forgetRows = async (spool: Pick<Spool, 'take' | 'settle'>, table: string): Promise<void> => {
  for (let batch = await spool.take(table); batch; batch = await spool.take(table)) await spool.settle(batch)
}
