import type { KnownLoss } from '../ingest/known-losses.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import {
  type DataPart,
  type Inventory,
  loadInventory,
  type MissingPart,
  missingParts,
  noteInventory,
  readInventory,
} from '../stores/clickhouse/part-inventory.ts'
import { repeat } from '../workers/repeat.ts'
import type { KnownLosses } from './start-known-losses.ts'

export type PartWatchOptions = {
  /** The data directory. */
  directory: string
  clickHouse: ClickHouse
  losses: Pick<KnownLosses, 'tell' | 'takeBack' | 'all'>
  clock: Clock
  log: Log
}

const everyMs = 60_000

const lossOf = ({ table, name, part, setAside }: MissingPart, before: Inventory | null, now: Inventory): KnownLoss => ({
  source: 'clickhouse',
  target: table,
  name: `${table}/${name}`,
  // Rows that were never noted came after the note.
  from: new Date(part?.from ?? before?.at ?? 0),
  to: new Date(part?.to ?? now.at),
  rows: part?.rows ?? null,
  setAside,
})

/** A part that was attached again may have another name than before; it has the same rows and was not there lately. */
const isBack = (loss: KnownLoss, parts: readonly DataPart[], before: Inventory | null): boolean =>
  parts.some(
    ({ table, name, rows, from, to }) =>
      table === loss.target &&
      rows === loss.rows &&
      from === loss.from.getTime() &&
      to === loss.to.getTime() &&
      !before?.parts.some((other) => other.table === table && other.name === name),
  )

/**
 * Compares the parts of the embedded engine with those that were noted, tells what is missing, and notes what is there every
 * minute and at the end. To be started before anything is shipped. A server's parts are the matter of whoever runs it.
 */
export const startPartWatch = async (options: PartWatchOptions): Promise<AsyncDisposable> => {
  const { directory, clickHouse, losses, clock, log } = options
  let noted = loadInventory(directory)
  const look = async (): Promise<Inventory> => {
    const now = await readInventory(clickHouse, clock())
    const lost = losses.all().filter(({ source }) => source === 'clickhouse')
    await losses.takeBack(lost.filter((loss) => isBack(loss, now.parts, noted)))
    return now
  }
  const keep = (now: Inventory): void => {
    noted = noteInventory(directory, now)
  }

  const now = await look()
  // What is set aside for a loss that is known, under the names of the parts it was made of, is not another one.
  const isKnown = ({ part, setAside }: MissingPart) => !part && losses.all().some((loss) => loss.setAside === setAside)
  const missing = (await missingParts(clickHouse, noted, now)).filter((part) => !isKnown(part))
  await losses.tell(missing.map((part) => lossOf(part, noted, now)))
  keep(now)
  const noteAgain = async (): Promise<void> => keep(await look())
  const noting = repeat(noteAgain, { name: 'note of the parts of ClickHouse', everyMs, firstAfterMs: everyMs, log })
  return {
    async [Symbol.asyncDispose]() {
      await noting[Symbol.asyncDispose]()
      await noteAgain().catch((err: unknown) => log.warn({ err }, 'the parts of ClickHouse could not be listed'))
    },
  }
}
