import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { hasMoved, readSplitState, type SplitState } from './split-state.ts'

/** What a database has of `dm`: what it knows of a move, whether there are channels, and whether it is unused, as nobody has put a channel or a move into it. */
export type DmAt = { split: SplitState; hasChannels: boolean; isUnused: boolean }

// By the catalogue, because a name in a schema that one may not use is an error.
const tablesOf = statement(
  'split_dm_tables',
  sql`SELECT ${expressions<{ isReadable: boolean }>({
    isReadable: `has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`,
  })} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'dm' AND c.relname IN ('streamer_channel', 'status_journal')`,
)

// A version from before the moves has no column for it.
const useOf = statement(
  'split_dm_use',
  sql`SELECT ${expressions<{ hasChannels: boolean; tookMove: boolean }>({
    hasChannels: 'EXISTS (SELECT FROM dm.streamer_channel)',
    tookMove: `EXISTS (SELECT FROM dm.status_journal j WHERE to_jsonb(j) ->> 'moved_epoch' IS NOT NULL)`,
  })}`,
)

/** Reads what a database has of `dm`. Of tables that the login may not read it says neither that they have channels nor that they are unused. */
export const readDmAt = async (db: Transaction): Promise<DmAt> => {
  const split = await readSplitState(db)
  const tables = await db.query(tablesOf)
  if (tables.some(({ isReadable }) => !isReadable)) return { split, hasChannels: false, isUnused: false }
  if (tables.length < 2) return { split, hasChannels: false, isUnused: true }
  const { hasChannels, tookMove } = (await db.query(useOf))[0]!
  return { split, hasChannels, isUnused: !hasChannels && !tookMove }
}

/** Whether a database has a `dm`, or knows where it went, so that an unused one elsewhere would be a second one. */
export const hasDm = ({ split, hasChannels }: DmAt): boolean => split.role === 'source' || hasChannels

/**
 * Why `dm` can not be at DM_DATABASE_URL, a sentence; null where it can. `here` is what the database of `public` has, which `variable` names. A place
 * that is being filled, or has itself been left, is judged by what it knows of that.
 */
export const whyWrongPlace = (variable: string, here: DmAt, there: DmAt): string | null => {
  if (!hasDm(here) || !there.isUnused || there.split.role === 'target' || hasMoved(there.split)) return null
  if (here.split.role !== 'source')
    return `${variable} has a dm with channels, and DM_DATABASE_URL names a database without any: run channelscope split-dm copy first, or leave DM_DATABASE_URL out.`
  const { phase, movedTo } = here.split
  return phase === 'copying' || phase === 'fenced'
    ? `dm is being moved from ${variable} to ${movedTo}, and nothing of it is in the database of DM_DATABASE_URL: set it to ${movedTo}, or leave it out.`
    : `dm has moved from ${variable} to ${movedTo}, and nothing of it is in the database of DM_DATABASE_URL: set it to ${movedTo}.`
}
