import { dueAgain } from '../sessions/late-rows.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { KnownLoss } from './known-losses.ts'

/** The progress of a node with a table or queue: all rows from before `through`, in milliseconds since the epoch, are sent. */
export type Progress = {
  target: string
  through: number
  /** Whether rows for the target are on its disk. */
  holds: boolean
}

/** The progress of the other nodes by target, at an instant of the database. */
export type PeerProgress = { at: number; through: ReadonlyMap<string, number> }

/**
 * A node that is silent for a day counts as gone, and the others do not wait for it any more. When it returns, with rows that
 * they called complete without, the sessions of that time are aggregated again. `back` has no row in all other cases, and then
 * no session is read.
 */
const exchange = statement(
  'spool_exchange_backlogs',
  sql`WITH mine AS (SELECT * FROM unnest($3::text[], $4::timestamptz[], $5::boolean[]) AS v(target, oldest_at, holds)),
   back AS (
     SELECT least(m.oldest_at, b.oldest_at) AS oldest_at
     FROM mine m LEFT JOIN dm.spool_backlog b ON b.env = $1 AND b.node = $2 AND b.target = m.target
     WHERE CASE WHEN b.told_at IS NULL THEN m.holds ELSE b.told_at <= now() - interval '1 day' END),
   late AS (
     UPDATE dm.stream_session SET ${dueAgain}
     WHERE (SELECT count(*) FROM back) > 0 AND ended_at >= (SELECT min(oldest_at) FROM back)),
   gone AS (DELETE FROM dm.spool_backlog WHERE env = $1 AND node = $2 AND target <> ALL ($3)),
   told AS (
     INSERT INTO dm.spool_backlog (env, node, target, oldest_at, holds) SELECT $1, $2, target, oldest_at, holds FROM mine
     ON CONFLICT (env, node, target) DO UPDATE SET oldest_at = excluded.oldest_at, holds = excluded.holds, told_at = now())
   SELECT ${expressions<{ target: string; through: Date | null; at: Date }>({
     target: 'target',
     through: 'min(b.oldest_at)',
     at: 'now()',
   })} FROM unnest($6::text[]) AS asked(target)
   LEFT JOIN (
     SELECT target, oldest_at FROM dm.spool_backlog WHERE env = $1 AND node <> $2 AND told_at > now() - interval '1 day') b USING (target)
   GROUP BY target`,
)

const readNodes = statement(
  'spool_read_nodes',
  sql`SELECT ${select('SpoolBacklog', ['node'])}, ${expressions<{ seenAt: Date; waitingSince: Date | null }>({
    seenAt: 'max(told_at)',
    waitingSince: 'min(oldest_at) FILTER (WHERE holds)',
  })}
   FROM dm.spool_backlog WHERE env = $1 AND told_at > now() - interval '1 day' GROUP BY node ORDER BY node LIMIT 100`,
)

const readOwn = statement(
  'spool_read_own_backlog',
  sql`SELECT ${select('SpoolBacklog', ['target', 'oldestAt', 'toldAt'])}
   FROM dm.spool_backlog WHERE env = $1 AND node = $2 AND holds`,
)

/** Instants of rows are a little earlier than their append, and some rows may have come after the last report. */
const marginMs = 60_000

/**
 * The losses of a node whose spool is new although it reported rows to the others: all of these rows, in an unknown number. One
 * statement, which must come before the node reports again.
 */
export const lostWithSpool = async (
  db: Transaction,
  { env, node }: { env: string; node: string },
): Promise<KnownLoss[]> => {
  const rows = await db.query(readOwn, [env, node])
  return rows.map(({ target, oldestAt, toldAt }) => ({
    source: 'spool',
    target,
    name: `spool of ${node} at ${toldAt.toISOString()}`,
    from: new Date(Math.min(oldestAt.getTime(), toldAt.getTime()) - marginMs),
    to: new Date(toldAt.getTime() + marginMs),
    rows: null,
    setAside: null,
  }))
}

/** A node as the others know it: when it last said something, and from when the oldest row is that it holds. */
export type KnownNode = { node: string; seenAt: Date; waitingSince: Date | null }

/** The nodes of an environment that said something in the last day, at most 100. One statement. */
export const knownNodes = (db: Transaction, env: string): Promise<KnownNode[]> => db.query(readNodes, [env])

/** Reports the progress of this node to the others of the environment, and returns theirs. One statement. */
export const exchangeBacklogs = async (
  db: Transaction,
  { env, node }: { env: string; node: string },
  own: readonly Progress[],
  targets: readonly string[],
): Promise<PeerProgress> => {
  const rows = await db.query(exchange, [
    env,
    node,
    own.map(({ target }) => target),
    own.map(({ through }) => new Date(through)),
    own.map(({ holds }) => holds),
    targets,
  ])
  const through = rows.flatMap(({ target, through }) => (through ? [[target, through.getTime()] as const] : []))
  return { at: rows[0]!.at.getTime(), through: new Map(through) }
}
