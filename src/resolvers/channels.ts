import type { Channel } from '../../prisma/generated/client/client.ts'
import {
  channelIdByExternalId,
  channelIdByPlatformUserId,
  channelIdBySlug,
  channelIdsBySlugs,
  slugHolder,
  slugHolderAt,
} from '../channels/channel-lookup.ts'
import { badInput } from '../lib/errors.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { type ChannelReference, parseChannelReference, parsePlatformUserId, parseSlug } from './channel-reference.ts'
import type { Context } from './context.ts'
import { byId, type PrismaSelection, paddedIds } from './prisma-selection.ts'

/** A channel, and the other slug that it was looked up by. */
export type ChannelRow = Channel & { redirectedFrom?: string }

export type ChannelArguments = {
  id?: string | null
  slug?: string | null
  platformUserId?: string | null
  platform: PlatformName
  at?: Date | null
}

/** The channels with these internal ids, in one statement; ids without a channel are left out. */
export const findChannels = async (
  { prisma }: Context,
  ids: readonly bigint[],
  selection: PrismaSelection,
): Promise<Map<bigint, Channel>> =>
  ids.length === 0
    ? new Map()
    : byId(await prisma.channel.findMany({ ...selection, where: { id: { in: paddedIds(ids) } } }))

/** The channel with this internal id or ULID; null when there is none. */
const findChannel = async (
  { prisma }: Context,
  where: ChannelReference,
  selection: PrismaSelection,
): Promise<Channel | null> => prisma.channel.findUnique({ ...selection, where })

/** The channel that a row belongs to; one statement for all rows of the operation with the same selection. */
export const channelOf = async (
  context: Context,
  { channelId }: { channelId: bigint },
  selection: PrismaSelection,
): Promise<Channel> => {
  const found = await context.loaders.load('channel', selection, channelId, (ids) =>
    findChannels(context, ids, selection),
  )
  if (!found) throw new Error(`channel ${channelId} is gone`)
  return found
}

/** Those of these channels that there are, in this order; one statement for all of the operation with the same selection. */
export const knownChannels = async (
  context: Context,
  ids: readonly bigint[],
  selection: PrismaSelection,
): Promise<Channel[]> => {
  const load = (id: bigint) =>
    context.loaders.load('channel', selection, id, (all) => findChannels(context, all, selection))
  return (await Promise.all(ids.map(load))).filter((channel) => channel !== undefined)
}

/** The internal id behind a reference; null for a ULID that no channel has. */
export const channelIdOf = async ({ databases }: Context, reference: ChannelReference): Promise<bigint | null> =>
  'id' in reference ? reference.id : channelIdByExternalId(databases.dm, reference.externalId)

/** The values by which a channel is looked up. */
type Lookup =
  | { by: 'id'; values: [id: bigint] }
  | { by: 'externalId'; values: [externalId: string] }
  | { by: 'account'; values: [platformUserId: string, platform: PlatformName] }
  | { by: 'slug'; values: [slug: string, platform: PlatformName] }
  | { by: 'slugAt'; values: [slug: string, platform: PlatformName, at: Date] }

/** The condition on the channel of a lookup, by the parameters of its values. */
const conditions: Record<Lookup['by'], (channel: string, parameters: readonly string[]) => string> = {
  id: (c, [id]) => `${c}.id = ${id}::bigint`,
  externalId: (c, [externalId]) => `${c}.external_id = ${externalId}::text`,
  account: (c, [id, platform]) => `${c}.platform = ${platform}::text AND ${c}.platform_user_id = ${id}::text`,
  slug: (c, [slug, platform]) => `${c}.id = ${slugHolder(`${platform}::text`, `${slug}::text`)}`,
  slugAt: (c, [slug, platform, at]) =>
    `${c}.id = ${slugHolderAt(`${platform}::text`, `${slug}::text`, `${at}::timestamptz`)}`,
}

/** The condition on the channel that has a slug now. */
const hasSlugNow = (channel: string, [slug, platform]: readonly string[]): string =>
  `${channel}.platform = ${platform}::text AND ${channel}.current_slug = ${slug}::text`

/** Reads the arguments of a lookup: BAD_USER_INPUT unless exactly one of id, slug and platformUserId is given, and at only with a slug. */
const readLookup = ({ id, slug, platformUserId, platform, at }: ChannelArguments): Lookup => {
  if ([id, slug, platformUserId].filter((value) => value != null).length !== 1)
    throw badInput('Give exactly one of id, slug and platformUserId.')
  if (at != null && slug == null) throw badInput('at goes with slug only.')
  if (id != null) {
    const reference = parseChannelReference('id', id)
    return 'id' in reference
      ? { by: 'id', values: [reference.id] }
      : { by: 'externalId', values: [reference.externalId] }
  }
  if (platformUserId != null) return { by: 'account', values: [parsePlatformUserId(platformUserId), platform] }
  const name = parseSlug('slug', slug!)
  return at == null ? { by: 'slug', values: [name, platform] } : { by: 'slugAt', values: [name, platform, at] }
}

/** The row of the channel that the arguments name, as a statement finds it. */
export const channelLookup = (args: ChannelArguments) => {
  const { by, values } = readLookup(args)
  const isBySlug = by === 'slug' || by === 'slugAt'
  return {
    type: 'Channel',
    name: by,
    values,
    where: conditions[by],
    ...(by === 'slug' && { usual: hasSlugNow }),
    ...(isBySlug && { slug: 0 }),
  }
}

/** The channel that exactly one of id, slug and platformUserId names; null when there is none. */
export const channel = async (
  context: Context,
  args: ChannelArguments,
  selection: PrismaSelection,
): Promise<ChannelRow | null> => {
  const { dm } = context.databases
  const lookup = readLookup(args)
  if (lookup.by === 'id') return findChannel(context, { id: lookup.values[0] }, selection)
  if (lookup.by === 'externalId') return findChannel(context, { externalId: lookup.values[0] }, selection)
  const [name, platform, at] = lookup.values
  const channelId =
    lookup.by === 'account'
      ? await channelIdByPlatformUserId(dm, platform, name)
      : at !== undefined
        ? await channelIdBySlug(dm, platform, name, at)
        : await context.loaders.load('channel by slug', platform, name, (slugs) =>
            channelIdsBySlugs(dm, platform, slugs),
          )
  const row = channelId == null ? null : await findChannel(context, { id: channelId }, selection)
  return row && lookup.by !== 'account' && row.currentSlug !== name ? { ...row, redirectedFrom: name } : row
}
