import type { Facts, Happening, HappeningKind } from './happening.ts'
import { type Columns, extentStatement, isBetween, type Log, lastOf, logStatements, msOf, pagesOf } from './log.ts'

/** Ids, kinds, channels, platforms, two instants and facts. */
type Entries = readonly [number[], string[], (number | null)[], (string | null)[], number[], number[], Facts[]]

const columnsOf = (platform: string) => [
  ...['e.id', 'e.kind', 'e.channel_id', platform, msOf('e.happened_at'), msOf('e.recorded_at'), { jsonb: 'e.facts' }],
]

/** A log of what is in no other. In `public` nothing is known of channels but their ids. */
const logOf = (side: 'dm' | 'public', name: 'happenings' | 'own', kinds: readonly HappeningKind[]): Log => {
  const { next, past, pastOfPlatforms } = logStatements(name, {
    table: `${side}.happening`,
    columns: columnsOf,
    wanted: 'e.kind = ANY ($4) AND ($5::bigint[] IS NULL OR e.channel_id = ANY ($5))',
    join: side === 'dm' ? 'LEFT JOIN' : null,
  })
  const extent = extentStatement(
    `alerts_${name}_extent`,
    `${side}.happening`,
    'recorded_at >= $1 AND happened_at >= $1 AND happened_at < $2',
  )
  const known: ReadonlySet<string> = new Set(kinds)
  const happeningsOf = (entries: Columns): Happening[] => {
    const [ids, kindsOf, channels, platforms, instants, records, all] = entries as unknown as Entries
    const happenings: Happening[] = []
    for (const [i, position] of ids.entries()) {
      const [kind, id, facts] = [kindsOf[i]!, channels[i]!, all[i]!]
      // Another version writes kinds that this one does not know.
      if (!known.has(kind)) continue
      happenings.push({
        kind: kind as HappeningKind,
        log: name,
        position,
        channelId: id === null ? null : BigInt(id),
        platform: platforms[i] ?? null,
        at: instants[i]!,
        recordedAt: records[i]!,
        sessionStartedAt: facts.startedAt === undefined ? null : Date.parse(String(facts.startedAt)),
        facts,
      })
    }
    return happenings
  }
  return {
    name,
    side,
    kinds,
    async read(db, after, limit) {
      const { entries } = (await db.query(next, [after, limit]))[0]!
      return { happenings: happeningsOf(entries), last: lastOf(entries, after), more: entries[0].length === limit }
    },
    async *past(db, { from: begin, to, kinds: asked, channelIds, withPlatform: needsPlatform }) {
      const within = (await db.query(extent, [begin, to]))[0]!
      const isAsked = isBetween(begin, to)
      const page = needsPlatform ? pastOfPlatforms : past
      for await (const entries of pagesOf(db, page, within, [[...asked], channelIds && [...channelIds]]))
        yield happeningsOf(entries).filter(isAsked)
    },
  }
}

/** What the tier sees and no other log has. */
export const happeningsLog = logOf('dm', 'happenings', [
  'viewers-passed',
  'renamed',
  'collided',
  'banned',
  'returned',
  'outage',
  'trust-fell',
  'job-failed',
])

/** What belongs to the environment. */
export const ownLog = logOf('public', 'own', ['claim-verified', 'claim-lost', 'job-failed', 'delivery-failed'])
