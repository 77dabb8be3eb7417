import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/**
 * How far a move of `dm` is, as its old place knows it: `copying` while both go on; `fenced` for a moment while nobody writes, which ends by itself
 * where the command dies; `handing-over` from when the new place has everything; then `moved`, and `dropped` once the old tables are gone.
 */
export type Phase = 'copying' | 'fenced' | 'handing-over' | 'moved' | 'dropped'

/** What a database knows of a move: it is the old place, or the new one, which is not to be used before it is complete. */
export type SplitState =
  | { role: 'none' }
  | { role: 'target'; id: string }
  | { role: 'source'; id: string; phase: Phase; movedTo: string; isFenced: boolean }

/** The lock that a command takes which moves `dm`: one at a time. */
export const commandLock = 72_707_371

/** The lock that every writer of `dm` shares while it is moved, and that the fence takes for itself. */
export const writersLock = 72_707_372

const notesOf = statement(
  'split_notes',
  sql`SELECT ${expressions<{ name: string }>({ name: 'c.relname::text' })} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'dm_split' AND c.relname IN ('state', 'copied') AND has_schema_privilege(n.oid, 'USAGE')`,
)

const stateOf = statement(
  'split_state',
  sql`SELECT ${expressions<{ id: string; phase: string; movedTo: string; isFenced: boolean }>({
    id: 'id::text',
    phase: 'phase',
    movedTo: 'moved_to',
    isFenced: `phase IN ('handing-over', 'moved', 'dropped') OR (phase = 'fenced' AND fenced_until > clock_timestamp())`,
  })} FROM dm_split.state`,
)

const moveOf = statement(
  'split_move',
  sql`SELECT ${expressions<{ id: string }>({ id: 'id::text' })} FROM dm_split.move`,
)

/** Reads what a database knows of a move of `dm`. A login that may not look sees none. */
export const readSplitState = async (db: Transaction): Promise<SplitState> => {
  const names = (await db.query(notesOf)).map(({ name }) => name)
  if (names.includes('copied')) return { role: 'target', id: (await db.query(moveOf))[0]!.id }
  if (!names.includes('state')) return { role: 'none' }
  const [row] = await db.query(stateOf)
  return row ? { role: 'source', ...row, phase: row.phase as Phase } : { role: 'none' }
}

/** The move by which `dm` is on its way from the one place to the other and is not there yet; null where none is. */
export const moveUnderWay = (here: SplitState, there: SplitState): string | null => {
  return here.role === 'source' && !hasMoved(here) && there.role === 'target' && there.id === here.id ? here.id : null
}

/** Whether a move that was under way is done: the old place was given up, and the new one is complete. */
export const isMoveDone = async (id: string, from: Transaction, to: Transaction): Promise<boolean> => {
  const here = await readSplitState(from)
  if (here.role !== 'source' || here.id !== id || here.phase === 'copying' || here.phase === 'fenced') return false
  return (await readSplitState(to)).role === 'none'
}

/** Whether `dm` has left this database. */
export const hasMoved = (state: SplitState): boolean =>
  state.role === 'source' && (state.phase === 'moved' || state.phase === 'dropped')

/** Whether nothing can be written into `dm` here now: it is being handed over, or has left. */
export const isFenced = (state: SplitState): boolean => state.role === 'source' && state.isFenced

/** Why a database can not be used as that of `dm`, a sentence; null where it can. */
export const whyNotDm = (state: SplitState, variable: string): string | null => {
  if (state.role === 'target')
    return `${variable} names a database into which dm is being moved: it can be used after channelscope split-dm cut-over.`
  if (state.role === 'source' && hasMoved(state))
    return `dm has moved from ${variable} to ${state.movedTo}: set DM_DATABASE_URL to it.`
  return null
}

/** Why nothing can be written into `dm` of a running process now, a sentence; null where it can. */
export const whyNotWritten = (state: SplitState): string | null => {
  if (state.role !== 'source' || !state.isFenced) return null
  if (state.phase === 'fenced') return `dm is being moved to ${state.movedTo}: nothing is written for some seconds.`
  return state.phase === 'handing-over'
    ? `dm is being handed over to ${state.movedTo}: if split-dm cut-over has ended, run it again.`
    : `dm has moved to ${state.movedTo}: set DM_DATABASE_URL to it and restart.`
}
