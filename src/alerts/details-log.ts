import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { historyMs } from './decide.ts'
import type { Happening } from './happening.ts'
import { type Columns, extentStatement, isBetween, type Log, lastOf, logStatements, msOf, pagesOf } from './log.ts'

/** Of statements: ids, channels, platforms, the broadcasts that they name, when they were said and written, titles, categories. */
type Entries = readonly [
  ...[
    ids: number[],
    channels: number[],
    platforms: (string | null)[],
    starts: (number | null)[],
    said: number[],
    written: number[],
  ],
  ...[titles: (string | null)[], categories: (string | null)[]],
]

const { next, past, pastOfPlatforms } = logStatements('details', {
  table: 'dm.session_detail',
  columns: (platform) => [
    ...['e.id', 'e.channel_id', platform, msOf('e.session_started_at'), msOf('e.said_at'), msOf('e.created_at')],
    ...['e.title', 'e.category'],
  ],
  wanted: '($4::bigint[] IS NULL OR e.channel_id = ANY ($4))',
  join: 'JOIN',
})
// What is said later is almost always written later: what was read too much is left out afterwards.
const extent = extentStatement('alerts_details_extent', 'dm.session_detail', 'said_at >= $1 AND said_at < $2')

/** The last value that was said of a field, and when. */
type Said = { value: string; at: number }

/** What was said of a channel up to a position in the log. */
type Known = { title: Said | null; category: Said | null; startedAt: number | null }

const saidBefore = (
  field: string,
): string => `(SELECT json_build_object('value', d.${field}, 'at', ${msOf('d.said_at')})
    FROM dm.session_detail d WHERE d.channel_id = v.id AND d.id <= $2 AND d.${field} IS NOT NULL
    ORDER BY d.said_at DESC, d.id DESC LIMIT 1)`

const knownBefore = statement(
  'alerts_details_before',
  sql`SELECT ${expressions<{ channelId: number } & Known>({
    channelId: 'v.id::float8',
    title: saidBefore('title'),
    category: saidBefore('category'),
    startedAt: `(SELECT ${msOf('max(d.session_started_at)')}::float8 FROM dm.session_detail d
      WHERE d.channel_id = v.id AND d.id <= $2)`,
  })} FROM unnest($1::bigint[]) AS v(id)`,
)

/** A statement that comes so late, and is not history altogether, completes what is known of a broadcast. */
const lateMs = 15 * 60_000

const fields = [
  { name: 'title', column: 6, kind: 'title-changed', before: 'previousTitle' },
  { name: 'category', column: 7, kind: 'category-changed', before: 'previousCategory' },
] as const

/**
 * Goes through statements in the order of the log. A title has changed where it differs from what was said last of the channel. The first statement
 * about a broadcast begins it, and changes nothing. What is older than what was said last is passed over.
 */
const changesOf = (known: Map<number, Known>, entries: Columns): Happening[] => {
  const all = entries as unknown as Entries
  const [ids, channels, platforms, starts, said, written] = all
  const changes: Happening[] = []
  for (const [i, position] of ids.entries()) {
    const [id, startedAt, at, recordedAt] = [channels[i]!, starts[i]!, said[i]!, written[i]!]
    const state = known.get(id) ?? { title: null, category: null, startedAt: null }
    known.set(id, state)
    const begins = startedAt !== null && startedAt > (state.startedAt ?? Number.NEGATIVE_INFINITY)
    if (begins) state.startedAt = startedAt
    const isLate = recordedAt - at > lateMs && recordedAt - at <= historyMs
    const isNews = !begins && !isLate
    for (const { name, column, kind, before } of fields) {
      const value = all[column][i] ?? null
      const last = state[name]
      if (value === null || (last !== null && at < last.at)) continue
      state[name] = { value, at }
      if (!isNews || last === null || last.value === value) continue
      changes.push({
        kind,
        log: 'details',
        position,
        channelId: BigInt(id),
        platform: platforms[i] ?? null,
        at,
        recordedAt,
        sessionStartedAt: startedAt ?? state.startedAt,
        facts: { [name]: value, [before]: last.value },
      })
    }
  }
  return changes
}

/** Learns what was said, up to a position, of the channels of entries that are not known yet. */
const learn = async (db: Transaction, known: Map<number, Known>, entries: Columns, after: number) => {
  const ids = [...new Set(entries[1] as number[])].filter((id) => !known.has(id))
  if (ids.length === 0) return
  for (const { channelId, ...state } of await db.query(knownBefore, [ids, after])) known.set(channelId, state)
}

/** What the log of details tells: title and category changed. */
export const detailsLog: Log = {
  name: 'details',
  side: 'dm',
  kinds: ['title-changed', 'category-changed'],
  async read(db, after, limit) {
    const { entries } = (await db.query(next, [after, limit]))[0]!
    const known = new Map<number, Known>()
    await learn(db, known, entries, after)
    return { happenings: changesOf(known, entries), last: lastOf(entries, after), more: entries[0].length === limit }
  },
  async *past(db, { from: begin, to, channelIds, withPlatform: needsPlatform }) {
    const within = (await db.query(extent, [begin, to]))[0]!
    const known = new Map<number, Known>()
    const isAsked = isBetween(begin, to)
    const page = needsPlatform ? pastOfPlatforms : past
    for await (const entries of pagesOf(db, page, within, [channelIds && [...channelIds]])) {
      await learn(db, known, entries, within.before)
      yield changesOf(known, entries).filter(isAsked)
    }
  },
}
