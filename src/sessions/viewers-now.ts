import { expressions } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** How many watch a broadcast, and when a probe counted them. */
export type ViewersNow = { count: number; at: Date }

/**
 * The condition that what the latest probe saw stands now: it saw a broadcast, at most two and a half of its intervals ago, by the
 * clock of the database. A sample of the history stands for as long. `v` is the alias of dm.probe_schedule.
 */
const isLately = (v: string): string =>
  `${v}.last_live_at > greatest(${v}.last_missed_at, now() - 2.5 * make_interval(secs => ${v}.interval_seconds))`

/**
 * The condition that the latest probe of `v` saw the broadcast that is on, and that this was lately. As a subquery and not as a join,
 * because Postgres reckons that hardly any row of a join has the same two instants, and then reads all of them before it sorts.
 */
export const sawNow = (v: string): string =>
  `${isLately(v)} AND (SELECT o.started_at = ${v}.live_started_at FROM dm.stream_session o WHERE o.channel_id = ${v}.channel_id AND o.ended_at IS NULL)`

/** The same of the broadcast `o`, joined: for a statement that reads all that are on, in no order. */
export const seenLately = (v: string, o: string): string =>
  `${v}.channel_id = ${o}.channel_id AND ${v}.live_started_at = ${o}.started_at AND ${isLately(v)}`

/** The condition that the latest probe of `v` counted viewers of the broadcast that is on, and that this was lately. */
export const isWatchedNow = (v: string): string => `${v}.live_viewers IS NOT NULL AND ${sawNow(v)}`

const columns = expressions<ViewersNow>({ count: 'v.live_viewers', at: 'v.last_live_at' })

/** A subquery with the viewers of the channel `c`: one row, or none. */
export const channelViewers = (c: string): string =>
  `(SELECT ${columns.text} FROM dm.probe_schedule v WHERE v.channel_id = ${c}.id AND ${isWatchedNow('v')})`

/** A subquery with the viewers of the broadcast `s`: one row, or none. */
export const sessionViewers = (s: string): string =>
  `(SELECT ${columns.text} FROM dm.probe_schedule v WHERE v.channel_id = ${s}.channel_id AND v.live_started_at = ${s}.started_at
    AND ${s}.ended_at IS NULL AND ${isLately('v')} AND v.live_viewers IS NOT NULL)`

/** The viewers of a channel, and the start of the broadcast that they watch. */
type Watched = ViewersNow & { channelId: bigint; startedAt: Date }

/** Selects the viewers of channels that have some. */
export const viewersOfChannels = statement(
  'viewers_of_channels',
  sql`SELECT ${columns}, ${expressions<Omit<Watched, keyof ViewersNow>>({ channelId: 'v.channel_id', startedAt: 'v.live_started_at' })}
   FROM dm.probe_schedule v WHERE v.channel_id = ANY ($1::bigint[]) AND ${isWatchedNow('v')}`,
)
