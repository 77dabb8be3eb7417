import type { Claim } from '../claims/claim-channel.ts'
import { findStreamers, type Streamer, streamerColumns } from '../claims/streamers.ts'
import { badInput } from '../lib/errors.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import type { Condition } from './row-list.ts'

const list = 'streamers'
/** The most claims that one streamer or channel shows. */
const maxClaims = 100

const newestFirst = statement(
  'streamers_newest',
  sql`SELECT ${streamerColumns} FROM public.streamers
   WHERE id < coalesce($1::bigint, 9223372036854775807) AND ($2 = '' OR strpos(public.fold_case(name), public.fold_case($2)) > 0)
   ORDER BY id DESC LIMIT $3`,
)

const claimsOf = (column: 'streamer_id' | 'channel_id') => sql`
SELECT ${select('StreamerChannelLink', undefined, 'l')}
FROM unnest($1::bigint[]) AS v (id)
CROSS JOIN LATERAL (
  SELECT * FROM public.streamer_channel_link l WHERE l.${column} = v.id
  ORDER BY l.verified DESC, l.claimed_at, l.streamer_id, l.channel_id LIMIT ${maxClaims}) l`

const ofStreamers = statement('claims_of_streamers', claimsOf('streamer_id'))
const ofChannels = statement('claims_by_channel', claimsOf('channel_id'))

const claimedChannels = statement(
  'claimed_channels',
  sql`SELECT DISTINCT ${expressions<{ id: bigint }>({ id: 'channel_id' })} FROM public.streamer_channel_link`,
)

/** The condition that the channel with this id is claimed, or is not. Claims are in the other database, so it takes a statement there. */
export const claimedBySomebody = async (
  { databases }: Context,
  claimed: boolean,
  idOf: (alias: string) => string,
): Promise<Condition> => {
  const ids = (await databases.public.query(claimedChannels, [])).map(({ id }) => id)
  const [name, is] = claimed ? ['claimed', '= ANY'] : ['unclaimed', '<> ALL']
  return { name, values: [ids], sql: (row, [p]) => `${idOf(row)} ${is} (${p}::bigint[])` }
}

/** A page of streamers, newest first; `search` is a part of the name in any case. */
export const streamers = async (
  context: Context,
  { search, ...page }: Pick<PageArguments, 'first' | 'after'> & { search?: string | null },
): Promise<Connection<Streamer>> => {
  const text = search?.trim() ?? ''
  if (text.length > 100 || text.includes('\0')) throw badInput('search must be at most 100 characters, without NUL.')
  const read = ({ beyond, limit }: PageRequest) =>
    context.databases.public.query(newestFirst, [beyond?.[1] ?? null, text, limit])
  return readPage(context, list, page, read, ({ id }) => ['', id.toString()])
}

/** The streamer with this global id; null when there is none. */
export const streamer = async ({ databases }: Context, id: string): Promise<Streamer | null> => {
  const key = requireNode('id', 'Streamer', id)
  return (await findStreamers(databases.public, [key])).get(key) ?? null
}

/** The streamer of a claim; one statement for all claims of the operation. */
export const streamerOf = async (context: Context, { streamerId }: Pick<Claim, 'streamerId'>): Promise<Streamer> => {
  const { databases, loaders } = context
  const found = await loaders.load('streamer', null, BigInt(streamerId), (ids) => findStreamers(databases.public, ids))
  if (!found) throw new Error(`streamer ${streamerId} is gone`)
  return found
}

/** The streamer with an id; null where there is none. */
export const knownStreamer = async ({ databases, loaders }: Context, id: number): Promise<Streamer | null> =>
  (await loaders.load('streamer', null, BigInt(id), (ids) => findStreamers(databases.public, ids))) ?? null

/** The claims of a streamer, verified ones first; one statement for all streamers of the operation. */
export const claimsOfStreamer = async (context: Context, id: bigint): Promise<Claim[]> => {
  const { databases, loaders } = context
  const claims = await loaders.load('claims of streamer', null, id, async (ids) =>
    Map.groupBy(await databases.public.query(ofStreamers, [ids]), (claim) => BigInt(claim.streamerId)),
  )
  return claims ?? []
}

/** The claims of a channel, the verified one first; one statement for all channels of the operation. */
export const claimsOfChannel = async (context: Context, id: bigint): Promise<Claim[]> => {
  const { databases, loaders } = context
  const claims = await loaders.load('claims of channel', null, id, async (ids) =>
    Map.groupBy(await databases.public.query(ofChannels, [ids]), (claim) => claim.channelId),
  )
  return claims ?? []
}
