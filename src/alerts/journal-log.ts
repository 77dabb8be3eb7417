import type { Happening, HappeningKind } from './happening.ts'
import { column, entriesStatement, extentStatement, isBetween, type Log, msOf, pagesOf } from './log.ts'

/** An entry of the journal: id, channel, platform, type, status before and after, start of the broadcast, and two instants. */
type Entry = [number, number, string, string, string, string, number | null, number, number]

const columns = [
  ...['e.id', 'e.channel_id'].map(column.number),
  ...['c.platform', 'e.event_type', 'e.previous_status', 'e.new_status'].map(column.word),
  ...[msOf('e.session_started_at'), msOf('e.event_timestamp'), msOf('e.processed_timestamp')].map(column.number),
]
const from = 'FROM dm.status_event e JOIN dm.streamer_channel c ON c.id = e.channel_id'

const next = entriesStatement('alerts_journal_next', columns, `${from} WHERE e.id > $1 ORDER BY e.id LIMIT $2`)

const past = entriesStatement(
  'alerts_journal_past',
  columns,
  `${from} WHERE e.id > $1 AND e.id <= $3 AND e.event_type = ANY ($4) AND ($5::bigint[] IS NULL OR e.channel_id = ANY ($5))
     ORDER BY e.id LIMIT $2`,
)
const extent = extentStatement(
  'alerts_journal_extent',
  'dm.status_event',
  'processed_timestamp >= $1 AND event_timestamp >= $1 AND event_timestamp < $2',
)

/** How long before we first see a channel its broadcast may have begun; one that began before was on, and has not gone live. */
const freshMs = 15 * 60_000

const typeOf: Partial<Record<HappeningKind, string>> = { 'went-live': 'stream_start', ended: 'stream_end' }

/** The kind of an entry; null where nothing changed: it tells of a broadcast before, or is a connection test. */
const kindOf = ([, , , type, before, after, startedAt, , recordedAt]: Entry): HappeningKind | null => {
  if (type === 'stream_end') return after === 'offline' && before === 'online' ? 'ended' : null
  if (type !== 'stream_start' || after !== 'online' || before === 'online') return null
  return before !== 'unknown' || recordedAt - (startedAt ?? 0) <= freshMs ? 'went-live' : null
}

const happeningsOf = (entries: readonly unknown[][]): Happening[] => {
  const happenings: Happening[] = []
  for (const entry of entries as Entry[]) {
    const kind = kindOf(entry)
    if (kind === null) continue
    const [position, id, platform, , , , sessionStartedAt, at, recordedAt] = entry
    const channelId = BigInt(id)
    happenings.push({
      kind,
      log: 'journal',
      position,
      channelId,
      platform,
      at,
      recordedAt,
      sessionStartedAt,
      facts: {},
    })
  }
  return happenings
}

/** What the journal tells: a channel went live, or its broadcast ended. */
export const journalLog: Log = {
  name: 'journal',
  side: 'dm',
  kinds: ['went-live', 'ended'],
  async read(db, after, limit) {
    const { entries } = (await db.query(next, [after, limit]))[0]!
    const last = (entries.at(-1)?.[0] as number | undefined) ?? after
    return { happenings: happeningsOf(entries), last, more: entries.length === limit }
  },
  async *past(db, { from: begin, to, kinds, channelIds }) {
    const types = [...kinds].flatMap((kind) => typeOf[kind] ?? [])
    const within = (await db.query(extent, [begin, to]))[0]!
    const isAsked = isBetween(begin, to)
    for await (const entries of pagesOf(db, past, within, [types, channelIds && [...channelIds]]))
      yield happeningsOf(entries).filter(isAsked)
  },
}
