import type { Log } from '../../lib/log.ts'
import { migrateClickHouse, migrationStatements } from '../../stores/clickhouse/migrate.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import type { MigrationSettings } from '../../stores/clickhouse/statements.ts'
import {
  describeTable,
  finishExchange,
  type LegacyTable,
  legacyProbes,
  legacyScores,
  legacyStates,
  readNote,
  type TakeOverNote,
  writeNote,
} from './legacy-tables.ts'
import { beginOverlapColumns, copyMissedRows, createCopyViews } from './overlap.ts'
import { type SettledDay, settleProbes, stretchesOfProbes } from './settle-probes.ts'
import { type Route, rawProbes } from './settle-probes-sql.ts'
import { type SettledScores, settleScores, stretchesOfScores } from './settle-scores.ts'
import type { SlotTables } from './settle-slots.ts'

export type TakeOverOptions = {
  /** Folder of the migrations of ClickHouse. */
  directory: string
  settings: MigrationSettings
  /** The names of environments of before with the tiers that their rows belong to; absent: those of an earlier run, or none. */
  envs?: Readonly<Record<string, string>> | undefined
  log: Log
  /** Rows of a statement. */
  chunkRows?: number
  signal?: AbortSignal
  /** Called after some days of probes. */
  onProbes?: (days: readonly SettledDay[]) => Promise<void> | void
  /** Called after some days of scores. */
  onScores?: (done: SettledScores) => Promise<void> | void
}

const slotsTable = 'kick_streamer_probe_15m'
const fillView = 'kick_streamer_probe_15m_fill'

/** How a statement begins that makes or changes a table. */
const beginnings = ['CREATE TABLE IF NOT EXISTS', 'ALTER TABLE'] as const

/** The statements that make one of our tables, under another name. */
const statementsOf = async (
  options: Pick<TakeOverOptions, 'directory' | 'settings'>,
  table: string,
  as: string,
): Promise<string[]> => {
  const statements = await migrationStatements(options.directory, options.settings)
  return statements.flatMap((statement) => {
    const begins = beginnings.find((words) => statement.startsWith(words))
    const [name] = /^\w+/.exec(statement.slice((begins?.length ?? 0) + 1)) ?? []
    if (!begins || name !== table || /\bMATERIALIZE (PROJECTION|COLUMN|INDEX)\b/.test(statement)) return []
    return [`${begins} ${as}${statement.slice(begins.length + 1 + table.length)}`]
  })
}

/** What the view of the slots selects, as the migrations have it. */
const fillQuery = async ({ directory, settings }: Pick<TakeOverOptions, 'directory' | 'settings'>): Promise<string> => {
  const begins = `CREATE MATERIALIZED VIEW IF NOT EXISTS ${fillView} `
  const view = (await migrationStatements(directory, settings)).find((statement) => statement.startsWith(begins))
  if (!view) throw new TypeError(`No migration makes ${fillView}.`)
  return view.slice(view.search(/\bSELECT\b/))
}

/** The slots with what fills them. */
export const slotTables = async (options: Pick<TakeOverOptions, 'directory' | 'settings'>): Promise<SlotTables> => ({
  table: slotsTable,
  viewQuery: await fillQuery(options),
})

/** The view of the slots leaves out rows of old writers until they are settled: their sums could not be taken back. */
const fillQueryOfOverlap = (query: string): string => query.replace('GROUP BY', `WHERE NOT (${rawProbes})\nGROUP BY`)

// Not without one: a part that was written with a retention knows when it may go, so the right one is set without reading any row.
const twentyYears = '+ toIntervalMonth(240)'
const retention = /\+ toInterval(Day|Month)\(\d+\)/

/** Makes our table beside that of before, with a long retention: what is copied must be counted before anything may go. */
const makeBeside = async (store: ClickHouse, options: TakeOverOptions, table: LegacyTable): Promise<void> => {
  for (const statement of await statementsOf(options, table.name, table.taken))
    await store.command(statement.startsWith('CREATE') ? statement.replace(retention, twentyYears) : statement)
  await beginOverlapColumns(store, table.taken, table)
}

/** The retention of our table, as its migrations have it. */
const retentionOf = async (
  options: Pick<TakeOverOptions, 'directory' | 'settings'>,
  table: LegacyTable,
): Promise<string> => {
  const made = (await statementsOf(options, table.name, table.name)).find((statement) => statement.startsWith('CREATE'))
  const ttl = /^TTL (.*)$/m.exec(made ?? '')?.[1]
  if (ttl === undefined) throw new TypeError(`No migration gives ${table.name} a retention.`)
  return ttl
}

/** The same for as long as old writers write: an instant of theirs that nobody means would be forgotten before it is settled. */
const retentionOfOverlap = (ttl: string): string =>
  ttl.replace(
    /\b(?:ts|computed_at)\b/,
    (column) =>
      `if(${column} < toDateTime64('1980-01-01 00:00:00', 3, 'UTC'), toDateTime64('2090-01-01 00:00:00', 3, 'UTC'), ${column})`,
  )

const fillBeside = async (
  store: ClickHouse,
  options: TakeOverOptions,
  note: TakeOverNote,
  table: LegacyTable,
): Promise<void> => {
  const { signal, chunkRows, onProbes, onScores } = options
  const route: Route = { from: table.name, to: table.taken }
  if (table === legacyScores) {
    for (const { since } of await stretchesOfScores(store, route.from)) {
      signal?.throwIfAborted()
      const scores = await settleScores(store, { route, note }, since)
      await onScores?.(scores)
    }
    return
  }
  const slots = await slotTables(options)
  for (const stretch of await stretchesOfProbes(store, route.from, { chunkRows })) {
    signal?.throwIfAborted()
    const days = await settleProbes(store, { ...options, route, note, slots }, stretch)
    await onProbes?.(days)
  }
}

/** Gives our table the name, in one step for whoever asks or writes, and keeps that of before under another one. */
const exchange = async (store: ClickHouse, note: TakeOverNote, table: LegacyTable): Promise<void> => {
  // None until the tables of before have all rows of old writers: some of these have instants that nobody means, see overlap.ts.
  await store.command(`ALTER TABLE ${table.taken} REMOVE TTL`)
  await writeNote(store, table.name, note)
  await store.command(`EXCHANGE TABLES ${table.name} AND ${table.taken}`)
}

/** Notes on all tables that are to be taken over what was told of their environments, so that a run after a kill does the same. */
const noteEnvs = async (store: ClickHouse, envs: TakeOverNote['envs']): Promise<void> => {
  for (const [{ name }, state] of await legacyStates(store)) {
    if (state !== 'legacy' || (await readNote(store, name))) continue
    await writeNote(store, name, { envs, comment: (await describeTable(store, name))!.comment })
  }
}

/**
 * Replaces the tables of before that have names of ours by ours, with all their rows, and makes the rest of our tables. Rows are copied beside, day
 * by day, with counts and hashes compared; then the tables change names in one step. Old writers go on meanwhile and afterwards. It can be
 * killed anywhere and goes on when it is run again. Nothing is done where there are no tables of before.
 */
export const takeOverLegacyTables = async (store: ClickHouse, options: TakeOverOptions): Promise<void> => {
  const { directory, settings, log } = options
  const states = await legacyStates(store)
  if (![...states.values()].some((state) => state === 'legacy' || state === 'taken')) return
  if (options.envs) await noteEnvs(store, options.envs)
  for (const statement of await statementsOf(options, slotsTable, slotsTable)) await store.command(statement)
  for (const [table, state] of states) {
    if (state === 'legacy') {
      const known = await readNote(store, table.name)
      const { comment } = known ?? (await describeTable(store, table.name))!
      const note: TakeOverNote = { envs: known?.envs ?? options.envs ?? {}, comment }
      await makeBeside(store, options, table)
      await fillBeside(store, options, note, table)
      await exchange(store, note, table)
      log.info({ table: table.name }, 'a table of a system from before was taken over')
    }
    if (state === 'legacy' || state === 'taken') {
      await finishExchange(store, table)
      await createCopyViews(store)
    }
  }
  // A view has to be made by hand where its table was taken over: without it, the migration would fill the slots from rows of old writers.
  if ([...states].some(([table, state]) => table === legacyProbes && (state === 'legacy' || state === 'taken')))
    await store.command(
      `CREATE MATERIALIZED VIEW IF NOT EXISTS ${fillView} TO ${slotsTable} AS ${fillQueryOfOverlap(await fillQuery(options))}`,
    )
  await migrateClickHouse(store, { directory, settings, log })
  await copyMissedRows(store)
  for (const [table, state] of states)
    if (state === 'legacy' || state === 'taken')
      await store.command(
        `ALTER TABLE ${table.name} MODIFY TTL ${retentionOfOverlap(await retentionOf(options, table))}`,
      )
}

/** Gives our tables the retention that an empty install has; the rows of old writers have to be settled before. */
export const endRetentionOfOverlap = async (
  store: ClickHouse,
  options: Pick<TakeOverOptions, 'directory' | 'settings'>,
): Promise<void> => {
  for (const table of [legacyProbes, legacyScores])
    await store.command(`ALTER TABLE ${table.name} MODIFY TTL ${await retentionOf(options, table)}`)
}

/** Sets the view of the slots to what an empty install has. */
export const endFillOfOverlap = async (
  store: ClickHouse,
  options: Pick<TakeOverOptions, 'directory' | 'settings'>,
): Promise<void> => store.command(`ALTER TABLE ${fillView} MODIFY QUERY ${await fillQuery(options)}`)
