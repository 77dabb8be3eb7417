import { instant, nullable, number, text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import type { MigrationSettings } from '../../stores/clickhouse/statements.ts'
import { legacyProbes, legacyScores, legacyStates, nameOfBefore, readNote, type TakeOverNote } from './legacy-tables.ts'
import { copyMissedRows, rawScores, toldInstant } from './overlap.ts'
import { type SettledDay, type Stretch, settleProbes, stretchesOfProbes } from './settle-probes.ts'
import { rawProbes } from './settle-probes-sql.ts'
import { type SettledScores, settleScores, stretchesOfScores } from './settle-scores.ts'
import { slotTables } from './take-over.ts'

export type SettleTelemetryOptions = {
  directory: string
  settings: MigrationSettings
  /** Rows from this instant on, in seconds since 1970; absent: all that the retention keeps. */
  from?: number
  /** Up to this instant, which should lie some minutes back: what this program saw until then must be there. */
  until: number
  chunkRows?: number
  signal?: AbortSignal
  onProbes?: (days: readonly SettledDay[]) => Promise<void> | void
  onScores?: (done: SettledScores) => Promise<void> | void
}

const minute = 60
/** How far back rows of old writers are settled: this program's own may come so much later. */
const settledAfterSeconds = 10 * minute

/** The latest instant up to which rows may be settled now, in seconds since 1970. */
export const settledUntil = (now: Date): number => Math.floor(now.getTime() / 1_000) - settledAfterSeconds

/** The first day of which our table keeps every row, in seconds since 1970. */
const firstKept = (until: number, days: number): number => (Math.floor(until / 86_400) - days + 2) * 86_400

const rawPartitions = (table: string, instantColumn: string, raw: string) =>
  namedQuery({
    name: 'adoption_raw',
    sql: `SELECT toUInt32(count()) AS rows FROM ${table} WHERE ${raw} AND ${instantColumn} < toDateTime({until:UInt32}, 'UTC')`,
    row: { rows: number },
  })

/** Removes the rows of old writers that are settled: the tables of before have them all. */
const removeRaw = async (
  store: ClickHouse,
  table: string,
  instantColumn: string,
  raw: string,
  until: number,
): Promise<void> => {
  const { rows } = (await store.query(rawPartitions(table, instantColumn, raw), { until }))[0]!
  if (rows === 0) return
  await store.command(
    `ALTER TABLE ${table} DELETE WHERE ${raw} AND ${instantColumn} < toDateTime(${until}, 'UTC') SETTINGS mutations_sync = 1`,
  )
}

const noteOf = async (store: ClickHouse, table: string): Promise<Pick<TakeOverNote, 'envs'>> =>
  (await readNote(store, table)) ?? { envs: {} }

/** The stretches of probes that are to be settled. */
export const probesToSettle = async (store: ClickHouse, options: SettleTelemetryOptions): Promise<Stretch[]> => {
  const { from = 0, until, settings, chunkRows } = options
  const since = Math.max(from, firstKept(until, settings.retentionDays.probes))
  const stretches = await stretchesOfProbes(store, legacyProbes.before, { from: since, chunkRows })
  return stretches.filter((stretch) => stretch.from < until)
}

/**
 * Makes the rows that old writers wrote since the tables were taken over right: brings what the tables of before have and ours lack, and removes
 * the rows as they were written. Repeating it changes nothing. Nothing is done where nothing was taken over.
 */
export const settleTelemetry = async (store: ClickHouse, options: SettleTelemetryOptions): Promise<void> => {
  const { from = 0, until, signal, onProbes, onScores } = options
  const states = await legacyStates(store)
  await copyMissedRows(store)
  if (states.get(legacyProbes) === 'taken') {
    const route = { from: legacyProbes.before, to: legacyProbes.name }
    const [note, slots] = [await noteOf(store, legacyProbes.before), await slotTables(options)]
    for (const stretch of await probesToSettle(store, options)) {
      signal?.throwIfAborted()
      const cut = { ...stretch, until: Math.min(stretch.until, until) }
      const days = await settleProbes(store, { ...options, route, note, slots }, cut)
      await onProbes?.(days)
    }
    await removeRaw(store, legacyProbes.name, 'ts', rawProbes, until)
  }
  if (states.get(legacyScores) === 'taken') {
    const route = { from: legacyScores.before, to: legacyScores.name }
    const note = await noteOf(store, legacyScores.before)
    for (const { since } of await stretchesOfScores(store, route.from, from)) {
      if (since >= until) continue
      signal?.throwIfAborted()
      const scores = await settleScores(store, { route, note }, since, until)
      await onScores?.(scores)
    }
    await removeRaw(store, legacyScores.name, 'computed_at', rawScores, until)
  }
}

const rawSince = (table: string, instantColumn: string, raw: string) =>
  namedQuery({
    name: 'adoption_raw_since',
    sql: `SELECT toUInt32(count()) AS rows, toUInt32(min(toUnixTimestamp(${toldInstant(instantColumn)}))) AS since
      FROM ${table} WHERE ${raw} AND ${instantColumn} < toDateTime({until:UInt32}, 'UTC')`,
    row: { rows: number, since: number },
  })

/** Settles what old writers wrote since it was done last, from the day of the oldest such row on. Returns how many rows that were. */
export const settleUnsettled = async (store: ClickHouse, options: SettleTelemetryOptions): Promise<number> => {
  const states = await legacyStates(store)
  const queries = [
    ...(states.get(legacyProbes) === 'taken' ? [rawSince(legacyProbes.name, 'ts', rawProbes)] : []),
    ...(states.get(legacyScores) === 'taken' ? [rawSince(legacyScores.name, 'computed_at', rawScores)] : []),
  ]
  const found = []
  for (const query of queries) found.push((await store.query(query, { until: options.until }))[0]!)
  const raw = found.filter(({ rows }) => rows > 0)
  if (raw.length === 0) return 0
  const oldest = Math.min(...raw.map(({ since }) => since))
  await settleTelemetry(store, { ...options, from: Math.floor(oldest / 86_400) * 86_400 })
  return raw.reduce((sum, { rows }) => sum + rows, 0)
}

/** What can be told of a table that was taken over. */
export type LegacyTelemetry = {
  table: string
  state: 'absent' | 'legacy' | 'ours' | 'taken'
  /** Rows that old writers wrote and nobody has settled yet. */
  unsettled: number
  /** The newest row of the table of before that is not of the future; null when there is none. */
  lastWriteAt: Date | null
  /** The environments of its rows. */
  envs: { env: string; rows: number }[]
}

const newest = (table: string, instantColumn: string) =>
  namedQuery({
    name: 'adoption_newest',
    sql: `SELECT toFloat64(toUnixTimestamp(maxOrNull(${instantColumn}))) * 1000 AS at FROM ${table} WHERE ${instantColumn} <= now()`,
    row: { at: nullable(instant) },
  })

const envsOf = (table: string) =>
  namedQuery({
    name: 'adoption_envs',
    pool: 'heavy',
    sql: `SELECT toString(env) AS env, toFloat64(count()) AS rows FROM ${table} GROUP BY env ORDER BY rows DESC, env`,
    row: { env: text, rows: number },
  })

/** Where the tables of before stand. Cheap enough for a status report. */
export const legacyTelemetry = async (store: ClickHouse): Promise<LegacyTelemetry[]> => {
  const found: LegacyTelemetry[] = []
  for (const [table, state] of await legacyStates(store)) {
    const [instantColumn, raw] = table === legacyProbes ? ['ts', rawProbes] : ['computed_at', rawScores]
    const source = await nameOfBefore(store, table, state)
    const isThere = state === 'legacy' || state === 'taken'
    const open = rawPartitions(table.name, instantColumn, raw)
    found.push({
      table: table.name,
      state,
      unsettled: state === 'taken' ? (await store.query(open, { until: 2 ** 32 - 1 }))[0]!.rows : 0,
      lastWriteAt: isThere ? (await store.query(newest(source, instantColumn), {}))[0]!.at : null,
      envs: isThere ? await store.query(envsOf(source), {}) : [],
    })
  }
  return found
}
