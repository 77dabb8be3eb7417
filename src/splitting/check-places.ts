import { ConfigError } from '../lib/errors.ts'
import { countMissing } from '../stores/postgres/ledger.ts'
import { moveOf } from './new-place.ts'
import type { Place } from './open-places.ts'
import { readSplitState, type SplitState } from './split-state.ts'

/** The major version of a server. */
const majorOf = async ({ db }: Place): Promise<number> => {
  const { rows } = await db.query(`SELECT current_setting('server_version_num')::integer / 10000 AS major`)
  return rows[0].major
}

const identityOf = async ({ db }: Place): Promise<string> => {
  const { rows } = await db.query(
    `SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS identity`,
  )
  return rows[0].identity
}

/** Whether a database has no rows of `dm`. */
const isEmpty = async ({ db }: Place): Promise<boolean> => {
  const { rows: tables } = await db.query(`SELECT to_regclass('dm.streamer_channel') IS NOT NULL AS found`)
  if (!tables[0].found) return true
  const { rows } = await db.query(
    `SELECT NOT EXISTS (SELECT FROM dm.streamer_channel) AND NOT EXISTS (SELECT FROM dm.audit_log)
       AND NOT EXISTS (SELECT FROM dm.webhook_message_ids) AS empty`,
  )
  return rows[0].empty
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

/** Refuses a new place that is no empty database, is the old one, or is an older server; one that this move fills is right. */
export const checkNewPlace = async (source: Place, target: Place, state: SplitState): Promise<void> => {
  if ((await identityOf(source)) === (await identityOf(target)))
    throw new ConfigError('--to names the database in which dm is now: name an empty one.')
  const [here, there] = [await majorOf(source), await majorOf(target)]
  if (there < here)
    throw new ConfigError(`${target.name} is Postgres ${there} and dm is in Postgres ${here}: take ${here} or newer.`)
  const move = await moveOf(target.db)
  if (state.role === 'source' && move === state.id) return
  if (state.role === 'source' && state.movedTo !== target.name)
    throw new ConfigError(
      `dm is being moved to ${state.movedTo}: go on with that one, or give it up with split-dm give-up.`,
    )
  if (state.role === 'source' && (state.phase === 'handing-over' || state.phase === 'moved')) return
  if (move !== null)
    throw new ConfigError(`${target.name} is being filled by another move of dm: name an empty database.`)
  if (!(await isEmpty(target))) throw new ConfigError(`${target.name} is not empty: name an empty database.`)
}
