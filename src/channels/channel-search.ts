import { expressions, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'

/** What of a channel a search found. */
type MatchedBy = 'id' | 'slug' | 'displayName' | 'oldSlug'

/** A channel that a search found, and by what. */
export type ChannelMatch = {
  channelId: bigint
  by: MatchedBy
  /** The slug that was found; of a match by something else the one that it has now. */
  slug: string | null
  /** When it lost the slug that was found; null of one that it has. */
  until: Date | null
}

/** What is searched on some platforms. Null is not searched. */
export type ChannelSearch = {
  platforms: readonly string[]
  /** The slugs from one up to another, in lower case and in the order of bytes. */
  slug: { from: string; below: string } | null
  /** The beginning of a name, in any case. */
  name: string | null
  /** The account as its platform identifies it, or the ULID of the channel. */
  reference: string | null
  id: bigint | null
}

/** The most channels that a search shows. */
export const maxMatches = 20

/** The text that is behind all texts with this beginning, in the order of bytes. */
export const behindPrefix = (prefix: string): string => `${prefix}\u{10FFFF}`

/** The values of a search, for the parameters of its SQL. */
export const searchValues = ({ platforms, slug, name, reference, id }: ChannelSearch): unknown[] => [
  platforms,
  slug?.from ?? null,
  slug?.below ?? null,
  name,
  reference,
  id,
]

const channel = `${tableOf('Channel')} c`
const wasRenamed = 'h.observed_until IS NOT NULL'

// Each of these is found by an index. Those on texts have the order of bytes.
const conditionsOf = ([platforms, from, below, name, reference, id]: readonly string[]) => {
  const folded = `dm.fold_case(${name}::text)`
  const within = (text: string) => `${text} COLLATE "C" >= ${from}::text AND ${text} COLLATE "C" < ${below}::text`
  return {
    folded,
    onPlatform: `c.platform = ANY (${platforms}::text[])`,
    hasSlug: `${within(`coalesce(c.current_slug, '~')`)} AND c.current_slug IS NOT NULL`,
    isLiveWithSlug: `${within('c.current_slug')} AND c.is_live`,
    hadSlug: `${within('h.slug')} AND ${wasRenamed}`,
    hasName: `c.folded_name COLLATE "C" >= ${folded} AND c.folded_name COLLATE "C" < ${folded} || U&'\\+10FFFF'`,
    hasIds: [`c.platform_user_id = ${reference}::text`, `c.external_id = ${reference}::text`, `c.id = ${id}::bigint`],
  }
}

/** SQL for the ids of all channels that a search finds, by the parameters of its values. The platforms are not looked at for old slugs. */
export const idsOfSearch = (parameters: readonly string[]): string => {
  const { onPlatform, hasSlug, hadSlug, hasName, hasIds } = conditionsOf(parameters)
  const ofChannels = [hasSlug, hasName, ...hasIds].map(
    (condition) => `SELECT c.id FROM ${channel} WHERE ${condition} AND ${onPlatform}`,
  )
  return [...ofChannels, `SELECT h.channel_id FROM ${tableOf('SlugPeriod')} h WHERE ${hadSlug}`].join(' UNION ALL ')
}

const { folded, onPlatform, hasSlug, isLiveWithSlug, hadSlug, hasName, hasIds } = conditionsOf(
  [1, 2, 3, 4, 5, 6].map((n) => `$${n}`),
)
const found = (by: MatchedBy, rank: string, text: string, slug = 'c.current_slug', until = 'NULL::timestamptz') =>
  `SELECT c.id, c.is_live, '${by}' AS by, ${rank} AS rank, ${text} AS text, ${slug} AS slug, ${until} AS until`

// As many as a search shows are enough of each index, which is read in its order: the whole text comes first in it. Of slugs that channels
// had more are read, because no index knows which of these channels are live.
const first = (text: string, limit = maxMatches) => `ORDER BY ${text} COLLATE "C" LIMIT ${limit}`
const byId = (condition: string) =>
  `${found('id', '0', 'c.current_slug')} FROM ${channel} WHERE ${condition} AND ${onPlatform}`
const bySlug = (condition: string, order: string) =>
  `${found('slug', 'CASE WHEN c.current_slug = $2 THEN 1 ELSE 4 END', 'c.current_slug')} FROM ${channel}
   WHERE ${condition} AND ${onPlatform} ${first(order)}`
const byName = (condition: string) =>
  `${found('displayName', `CASE WHEN c.folded_name = ${folded} THEN 2 ELSE 4 END`, 'c.folded_name')} FROM ${channel}
   WHERE ${condition} AND ${onPlatform} ${first('c.folded_name')}`
const byOldSlug = `${found('oldSlug', 'CASE WHEN h.slug = $2 THEN 3 ELSE 5 END', 'h.slug', 'h.slug', 'h.observed_until')}
  FROM ${tableOf('SlugPeriod')} h JOIN ${channel} ON c.id = h.channel_id WHERE ${hadSlug} AND ${onPlatform} ${first('h.slug', 10 * maxMatches)}`

const searches = [
  ...hasIds.map(byId),
  bySlug(isLiveWithSlug, 'c.current_slug'),
  bySlug(hasSlug, `coalesce(c.current_slug, '~')`),
  byName(`${hasName} AND c.is_live`),
  byName(hasName),
  byOldSlug,
]

type Row = { channelId: bigint; by: string; slug: string | null; until: Date | null }

const search = statement(
  'channel_search',
  narrowed<ChannelMatch>(sql`SELECT ${expressions<Row>({ channelId: 'm.id', by: 'm.by', slug: 'm.slug', until: 'm.until' })}
   FROM (SELECT DISTINCT ON (id) * FROM (${searches.map((one) => `(${one})`).join(' UNION ALL ')}) every
     ORDER BY id, rank, by = 'slug' DESC, until DESC) m
   ORDER BY m.rank, m.is_live DESC, m.text COLLATE "C", m.id LIMIT $7`),
)

/**
 * The channels that a search finds, each once: by a whole text first, then by what they are called now, then by slugs that they had; among
 * equals those that are live first, then by the alphabet. One statement. It reads few rows of each
 * index, and more only where few of them are on the platforms.
 */
export const searchChannels = (db: Transaction, asked: ChannelSearch, limit: number): Promise<ChannelMatch[]> =>
  db.query(search, [...searchValues(asked), limit])
