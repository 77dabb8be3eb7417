import { ConfigError } from '../lib/errors.ts'
import { countMissing } from '../stores/postgres/ledger.ts'
import { inDm, type Table } from '../stores/postgres/tables.ts'
import { moveOf } from './new-place.ts'
import type { Place } from './open-places.ts'
import { readSplitState, type SplitState } from './split-state.ts'

/** The major version of a server. */
const majorOf = async ({ db }: Place): Promise<number> => {
  const { rows } = await db.query(`SELECT current_setting('server_version_num')::integer / 10000 AS major`)
  return rows[0].major
}

/** Tells a database from all others. */
export const identityOf = async ({ db }: Place): Promise<string> => {
  const { rows } = await db.query(
    `SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS identity`,
  )
  return rows[0].identity
}

/** What the migrations themselves put rows into. */
const filledByMigrations = ['_prisma_migrations', 'status_journal']

/**
 * A relation of `dm` that would be lost or mixed with ours, because tables are emptied before they are filled: one of somebody else, or one of ours
 * that has rows. Null where there is none; tables that a killed copy has made are none.
 */
const inTheWay = async ({ db }: Place, tables: readonly Table[]): Promise<string | null> => {
  const { rows } = await db.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'dm' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition ORDER BY 1`,
  )
  const names = rows.map(({ name }) => name)
  const isOurs = names.includes('_prisma_migrations')
  const strange = names.find((name) => !isOurs || !tables.some((table) => table.name === name))
  if (strange !== undefined) return strange
  for (const name of names) {
    if (filledByMigrations.includes(name)) continue
    const { rows: found } = await db.query(`SELECT EXISTS (SELECT FROM ${inDm(name)}) AS found`)
    if (found[0].found) return name
  }
  return null
}

/** The state of the old place; a ConfigError where `dm` can not be moved out of it by this version, or has moved already. */
export const checkOldPlace = async (source: Place, migrations: readonly string[]): Promise<SplitState> => {
  const { rows } = await source.db.query(`SELECT to_regclass('dm.streamer_channel') IS NOT NULL AS found`)
  const state = await readSplitState(source.tx)
  if (state.role === 'source' && state.phase === 'dropped')
    throw new ConfigError(`dm has moved from ${source.name} to ${state.movedTo}, and its old tables are gone.`)
  if (!rows[0].found) throw new ConfigError(`${source.name} has no schema dm.`)
  if (state.role === 'target') throw new ConfigError(`${source.name} is itself being filled by a move of dm.`)
  const missing = await countMissing(source.tx, migrations)
  if (missing > 0)
    throw new ConfigError(
      `${source.name} lacks ${missing} of the migrations that this version needs: run channelscope migrate.`,
    )
  return state
}

/** Why a place that another move of `dm` has filled is no new place. */
const otherMove = ({ name }: Place, isFromHere: boolean, state: SplitState): string => {
  if (!isFromHere) return `${name} is being filled by another move of dm: name an empty database.`
  // One move leaves a place at a time: the one that has filled this was given up.
  return state.role === 'source'
    ? `The move of dm to ${name} was given up in part only: run split-dm give-up again, then name an empty database.`
    : `${name} was being filled by a move of dm that was given up: name an empty database, or empty it by DROP SCHEMA dm, dm_jobs, dm_split CASCADE.`
}

/** Refuses a new place that is no empty database, is the old one, or is an older server; one that this move fills is right. */
export const checkNewPlace = async (
  source: Place,
  target: Place,
  state: SplitState,
  tables: readonly Table[],
): Promise<void> => {
  const identity = await identityOf(source)
  if (identity === (await identityOf(target)))
    throw new ConfigError(`${target.given} names the database in which dm is now: name an empty one.`)
  const [here, there] = [await majorOf(source), await majorOf(target)]
  if (there < here)
    throw new ConfigError(`${target.name} is Postgres ${there} and dm is in Postgres ${here}: take ${here} or newer.`)
  const move = await moveOf(target.db)
  if (state.role === 'source' && move?.id === state.id) return
  if (state.role === 'source' && state.movedTo !== target.name)
    throw new ConfigError(
      `dm is being moved to ${state.movedTo}: go on with that one, or give it up with split-dm give-up.`,
    )
  if (state.role === 'source' && (state.phase === 'handing-over' || state.phase === 'moved')) return
  if (move !== null) throw new ConfigError(otherMove(target, move.from === identity, state))
  const found = await inTheWay(target, tables)
  if (found !== null) throw new ConfigError(`${target.name} is not empty, it has dm.${found}: name an empty database.`)
}
