import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../lib/errors.ts'
import { type Connection, readSequences } from '../stores/postgres/tables.ts'
import { dropCrossingKey, endCapture } from './capture.ts'
import { catchUp, isCaughtUp, type Places } from './copy-dm.ts'
import { copyJobs } from './jobs-queue.ts'
import { completePlace, moveOf, validateKeys } from './new-place.ts'
import { writersLock } from './split-state.ts'
import { type Compared, compareTables } from './verify-dm.ts'

/** What became of a cut over: how long nobody could write, in milliseconds, and what both places had then. */
export type CutOver = { fencedMs: number; compared: readonly Compared[] }

export type CutOverOptions = Places & {
  /** Most seconds for which nobody may write. */
  fenceSeconds: number
  /** Has the journal of the new place go on as that of the old one. */
  keepEpoch: () => Promise<void>
  /** Told when the old place is given up: from here on no stop is heard, because nothing would end by itself. */
  onGivenUp?: () => void
  onStep?: (step: string) => Promise<void> | void
}

/** So few changes are brought within a moment. */
const fewChanges = 200

/** Work with the lock that every writer shares: nobody writes meanwhile, and everything that was written is committed. */
const withoutWriters = async <T>({ source, signal }: Places, work: () => Promise<T>): Promise<T> => {
  for (;;) {
    signal.throwIfAborted()
    await source.query('BEGIN')
    try {
      await source.query(`SET LOCAL lock_timeout = '1s'`)
      await source.query('SELECT pg_advisory_xact_lock($1)', [writersLock])
      const result = await work()
      await source.query('COMMIT')
      return result
    } catch (error) {
      await source.query('ROLLBACK')
      if (!['55P03', '40P01'].includes((error as { code?: string }).code ?? '')) throw error
      await delay(100)
    }
  }
}

/** From here on writers are told that the place moves. It ends by itself after its seconds, whatever becomes of this process. */
const raiseFence = (places: CutOverOptions): Promise<unknown> =>
  withoutWriters(places, () =>
    places.source.query(
      `UPDATE dm_split.state SET phase = 'fenced', fenced_at = clock_timestamp(),
         fenced_until = clock_timestamp() + $1 * interval '1 second' WHERE phase IN ('copying', 'fenced')`,
      [places.fenceSeconds],
    ),
  )

const liftFence = async ({ source }: Places): Promise<void> => {
  await source.query(`UPDATE dm_split.state SET phase = 'copying', fenced_until = NULL WHERE phase = 'fenced'`)
}

/** Makes the fence last, unless it ended meanwhile and somebody wrote. */
const keepFence = (places: CutOverOptions): Promise<boolean> =>
  withoutWriters(places, async () => {
    if (!(await isCaughtUp(places.source))) return false
    const { rowCount } = await places.source.query(
      `UPDATE dm_split.state SET phase = 'handing-over' WHERE phase = 'fenced' AND fenced_until > clock_timestamp()`,
    )
    return rowCount === 1
  })

/** Work whose statements end with the fence. */
const withinFence = async <T>(places: CutOverOptions, work: () => Promise<T>): Promise<T> => {
  const both = [places.source, places.target]
  for (const db of both) await db.query(`SET statement_timeout = ${Math.ceil(places.fenceSeconds * 1_000)}`)
  try {
    return await work()
  } finally {
    for (const db of both) await db.query('RESET statement_timeout')
  }
}

const tooLong = (seconds: number) =>
  new ConfigError(
    `It took longer than ${seconds} seconds, so nothing was handed over: give it more with --fence-seconds, or try when less is written.`,
  )

/** What to do where both places differ: only rows that change are brought again, so no other copy mends it. */
export const wayOut =
  'Somebody else has written into the new place: run split-dm give-up, and begin again with a new empty database.'

/** Brings the rest and compares everything; a ConfigError where both places differ. */
const bringRest = async (places: CutOverOptions): Promise<Compared[]> => {
  const { source, target, tables, signal, onStep } = places
  await catchUp(places)
  await copyJobs(source, target)
  await onStep?.('caught-up')
  const compared = await compareTables(source, target, tables, signal)
  const differing = compared.filter(({ isEqual }) => !isEqual)
  if (differing.length > 0)
    throw new ConfigError(
      `Both places differ in ${differing.map(({ table }) => `dm.${table}`).join(', ')}: nothing was handed over. ${wayOut}`,
    )
  return compared
}

/** The new place is complete and everything of it is written, but for the commit, when the old one is given up: between the two is one moment. */
const handOver = async (places: CutOverOptions): Promise<void> => {
  const { source, target, tables, keepEpoch, fenceSeconds, onGivenUp, onStep } = places
  await completePlace(target, tables, await readSequences(source), keepEpoch, async () => {
    if (!(await keepFence(places))) throw tooLong(fenceSeconds)
    onGivenUp?.()
    await onStep?.('kept')
  })
}

/** What is left to do when the old place is given up; repeating it changes nothing, and no stop is heard. */
export const finishMove = async (places: CutOverOptions): Promise<void> => {
  const { source, target, tables, keepEpoch, onStep } = places
  // A command died between giving up the old place and the commit in the new one: all rows are there.
  if ((await moveOf(target)) !== null) await completePlace(target, tables, await readSequences(source), keepEpoch)
  await onStep?.('complete')
  await dropCrossingKey(source)
  await source.query(
    `UPDATE dm_split.state SET phase = 'moved', moved_at = clock_timestamp() WHERE phase = 'handing-over'`,
  )
  await endCapture(source, tables, { givesUp: false })
  await validateKeys(target)
}

/** When the old place was given up for good. */
export const readMovedAt = async (source: Connection): Promise<Date> => {
  const { rows } = await source.query<{ at: Date }>('SELECT moved_at AS at FROM dm_split.state')
  return rows[0]!.at
}

/**
 * Moves `dm`: brings what changed, keeps writers away, brings the rest, compares every table, and hands over. Where both places differ, or where it
 * would take longer than it may, writers go on at the old place as if nothing had been: a ConfigError.
 */
export const cutOver = async (places: CutOverOptions): Promise<CutOver> => {
  const { fenceSeconds, signal, onStep } = places
  // While everybody writes, until little is left.
  for (let rounds = 0; rounds < 50 && (await catchUp(places)) > fewChanges; rounds++) signal.throwIfAborted()
  await onStep?.('ready')
  const began = performance.now()
  await raiseFence(places)
  await onStep?.('fenced')
  let compared: Compared[]
  try {
    compared = await withinFence(places, async () => {
      const found = await bringRest(places)
      await handOver(places)
      return found
    })
  } catch (error) {
    await liftFence(places)
    throw (error as { code?: string }).code === '57014' ? tooLong(fenceSeconds) : error
  }
  const fencedMs = Math.round(performance.now() - began)
  await finishMove(places)
  return { fencedMs, compared }
}
