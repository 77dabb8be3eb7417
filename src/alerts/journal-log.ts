import { select } from '../stores/postgres/model.ts'
import { type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { Happening, HappeningKind } from './happening.ts'
import type { Log } from './log.ts'

const fields = [
  'id',
  'channelId',
  'eventType',
  'previousStatus',
  'newStatus',
  'sessionStartedAt',
  'eventTimestamp',
  'processedTimestamp',
] as const

const columns = sql`${select('StatusEvent', fields, 'e')}, ${select('Channel', ['platform'], 'c')}`

type RowOf<S> = S extends Statement<infer Row> ? Row : never

const next = statement(
  'alerts_journal_next',
  sql`SELECT ${columns} FROM dm.status_event e JOIN dm.streamer_channel c ON c.id = e.channel_id
   WHERE e.id > $1 ORDER BY e.id LIMIT $2`,
)

/** Before that, a channel that is live when it is first seen has been live, and has not gone live. */
const freshMs = 15 * 60_000

/** The kind of a status event; null where nothing changed: it tells of a broadcast before, or is a connection test. */
const kindOf = (row: RowOf<typeof next>): HappeningKind | null => {
  const { eventType, previousStatus, newStatus, sessionStartedAt, processedTimestamp } = row
  if (eventType === 'stream_end') return newStatus === 'offline' && previousStatus === 'online' ? 'ended' : null
  if (eventType !== 'stream_start' || newStatus !== 'online' || previousStatus === 'online') return null
  const isNews = previousStatus !== 'unknown' || +processedTimestamp - +(sessionStartedAt ?? 0) <= freshMs
  return isNews ? 'went-live' : null
}

const happeningOf = (row: RowOf<typeof next>): Happening[] => {
  const kind = kindOf(row)
  if (kind === null) return []
  return [
    {
      kind,
      log: 'journal',
      position: Number(row.id),
      channelId: row.channelId,
      platform: row.platform,
      at: +row.eventTimestamp,
      recordedAt: +row.processedTimestamp,
      sessionStartedAt: row.sessionStartedAt && +row.sessionStartedAt,
      facts: {},
    },
  ]
}

/** What the journal tells: a channel went live, or its broadcast ended. */
export const journalLog: Log = {
  name: 'journal',
  side: 'dm',
  kinds: ['went-live', 'ended'],
  async read(db, after, limit) {
    const rows = await db.query(next, [after, limit])
    return {
      happenings: rows.flatMap(happeningOf),
      last: Number(rows.at(-1)?.id ?? after),
      more: rows.length === limit,
    }
  },
}
