import type { Happening, HappeningKind } from './happening.ts'
import { type Columns, extentStatement, isBetween, type Log, lastOf, logStatements, msOf, pagesOf } from './log.ts'

/** Of the journal: ids, channels, platforms, types, statuses before and after, starts of broadcasts, and two instants. */
type Entries = readonly [
  number[],
  number[],
  (string | null)[],
  string[],
  string[],
  string[],
  (number | null)[],
  number[],
  number[],
]

const { next, past, pastOfPlatforms } = logStatements('journal', {
  table: 'dm.status_event',
  columns: (platform) => [
    ...['e.id', 'e.channel_id', platform, 'e.event_type', 'e.previous_status', 'e.new_status'],
    ...[msOf('e.session_started_at'), msOf('e.event_timestamp'), msOf('e.processed_timestamp')],
  ],
  wanted: 'e.event_type = ANY ($4) AND ($5::bigint[] IS NULL OR e.channel_id = ANY ($5))',
  join: 'JOIN',
})
const extent = extentStatement(
  'alerts_journal_extent',
  'dm.status_event',
  'processed_timestamp >= $1 AND event_timestamp >= $1 AND event_timestamp < $2',
)

/** How long before we first see a channel its broadcast may have begun; one that began before was on, and has not gone live. */
const freshMs = 15 * 60_000

const typeOf: Partial<Record<HappeningKind, string>> = { 'went-live': 'stream_start', ended: 'stream_end' }

type Change = { type: string; before: string; after: string; startedAt: number | null; recordedAt: number }

/** The kind of an entry; null where nothing changed: it tells of a broadcast before, or is a connection test. */
const kindOf = ({ type, before, after, startedAt, recordedAt }: Change): HappeningKind | null => {
  if (type === 'stream_end') return after === 'offline' && before === 'online' ? 'ended' : null
  if (type !== 'stream_start' || after !== 'online' || before === 'online') return null
  return before !== 'unknown' || recordedAt - (startedAt ?? 0) <= freshMs ? 'went-live' : null
}

const nothing = {}

const happeningsOf = (entries: Columns): Happening[] => {
  const [ids, channels, platforms, types, befores, afters, starts, instants, records] = entries as unknown as Entries
  const happenings: Happening[] = []
  for (const [i, position] of ids.entries()) {
    const [sessionStartedAt, recordedAt] = [starts[i]!, records[i]!]
    const change = { type: types[i]!, before: befores[i]!, after: afters[i]!, startedAt: sessionStartedAt, recordedAt }
    const kind = kindOf(change)
    if (kind === null) continue
    happenings.push({
      kind,
      log: 'journal',
      position,
      channelId: BigInt(channels[i]!),
      platform: platforms[i] ?? null,
      at: instants[i]!,
      recordedAt,
      sessionStartedAt,
      facts: nothing,
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
    return { happenings: happeningsOf(entries), last: lastOf(entries, after), more: entries[0].length === limit }
  },
  async *past(db, { from: begin, to, kinds, channelIds, withPlatform: needsPlatform }) {
    const types = [...kinds].flatMap((kind) => typeOf[kind] ?? [])
    const within = (await db.query(extent, [begin, to]))[0]!
    const isAsked = isBetween(begin, to)
    const page = needsPlatform ? pastOfPlatforms : past
    for await (const entries of pagesOf(db, page, within, [types, channelIds && [...channelIds]]))
      yield happeningsOf(entries).filter(isAsked)
  },
}
