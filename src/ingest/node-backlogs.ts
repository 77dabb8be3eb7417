import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { KnownLoss } from './known-losses.ts'

/** By table or queue, the instant in milliseconds since the epoch of the oldest row that a spool still holds for it. */
export type Backlogs = ReadonlyMap<string, number>

/** A node that is silent for a day has lost its disk: the others wait for it no longer. */
const exchange = statement(
  'spool_exchange_backlogs',
  `WITH mine AS (SELECT * FROM unnest($3::text[], $4::timestamptz[]) AS v(target, oldest_at)),
   gone AS (DELETE FROM dm.spool_backlog WHERE env = $1 AND node = $2 AND target <> ALL ($3)),
   told AS (
     INSERT INTO dm.spool_backlog (env, node, target, oldest_at) SELECT $1, $2, target, oldest_at FROM mine
     ON CONFLICT (env, node, target) DO UPDATE SET oldest_at = excluded.oldest_at, told_at = now())
   SELECT target, min(oldest_at) AS "oldestAt" FROM dm.spool_backlog
   WHERE env = $1 AND node <> $2 AND told_at > now() - interval '1 day' GROUP BY target`,
)

const readOwn = statement(
  'spool_read_own_backlog',
  'SELECT target, oldest_at AS "oldestAt", told_at AS "toldAt" FROM dm.spool_backlog WHERE env = $1 AND node = $2',
)

/** Instants of rows are a little earlier than their append, and some may have come after the last word. */
const marginMs = 60_000

/**
 * What a node has lost whose spool is new although it told the others that it holds rows: all of it, and nobody knows how many. One
 * statement; it has to come before the node tells again.
 */
export const lostWithSpool = async (
  db: Transaction,
  { env, node }: { env: string; node: string },
): Promise<KnownLoss[]> => {
  const rows = await db.query<{ target: string; oldestAt: Date; toldAt: Date }>(readOwn, [env, node])
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

/** Tells the other nodes of the environment what this one still holds; resolves with what they hold. One statement. */
export const exchangeBacklogs = async (
  db: Transaction,
  { env, node }: { env: string; node: string },
  own: Backlogs,
): Promise<Backlogs> => {
  const instants = [...own.values()].map((ms) => new Date(ms))
  const rows = await db.query<{ target: string; oldestAt: Date }>(exchange, [env, node, [...own.keys()], instants])
  return new Map(rows.map(({ target, oldestAt }) => [target, oldestAt.getTime()]))
}
