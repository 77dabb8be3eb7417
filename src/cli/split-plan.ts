import type { z } from 'zod'
import { readSizes } from '../stores/postgres/tables.ts'
import type { plannedTable, planTotal } from './split-answers.ts'
import type { BothPlaces } from './split-context.ts'

/** The option of a command that can only say what it would do. */
export const dryRunOption = { about: 'say what it would do and change nothing' } as const

/** What the help of a command says that can be run again. */
export const resumes =
  'It goes on where it was when it is run again, also after a kill. One split-dm command runs at a time.'

/** A number of rows as a person reads it. */
export const count = (rows: number): string => rows.toLocaleString('en')

/** About so many rows travel in a second. */
const rowsPerSecond = 20_000

/** Says what a move would do, table by table and in all. */
export const tellPlan = async (
  { source, target, tables }: BothPlaces,
  tell: (result: z.infer<typeof plannedTable> | z.infer<typeof planTotal>, text: string) => void,
): Promise<void> => {
  const sizes = await readSizes(source.db)
  let total = 0
  for (const { name } of tables) {
    const { rows, bytes } = sizes.get(name) ?? { rows: 0, bytes: 0 }
    total += rows
    tell(
      { table: `dm.${name}`, rows, bytes },
      `dm.${name}  about ${count(rows)} rows, ${count(Math.ceil(bytes / 1024))} KiB`,
    )
  }
  const seconds = Math.ceil(total / rowsPerSecond)
  tell(
    { to: target.name, rows: total, seconds },
    `${tables.length} tables with about ${count(total)} rows go from ${source.name} to ${target.name} in about ${seconds} s. Nothing was changed.`,
  )
}
