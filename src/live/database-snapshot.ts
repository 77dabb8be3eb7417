/**
 * Whether a transaction had committed when a snapshot of Postgres was taken, by `pg_current_snapshot()` as text: the lowest transaction
 * that was under way, the first one that had not begun, and those that were under way between them.
 */
export const committedIn = (snapshot: string): ((transaction: number) => boolean) => {
  const [lowest = '', next = '', between = ''] = snapshot.split(':')
  const underWay = new Set(between.split(',').filter(Boolean).map(Number))
  return (transaction) => transaction < Number(lowest) || (transaction < Number(next) && !underWay.has(transaction))
}
