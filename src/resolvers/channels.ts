import type { Channel } from '../../prisma/generated/client/client.ts'
import { channelIdByExternalId, channelIdByPlatformUserId, channelIdBySlug } from '../channels/channel-lookup.ts'
import { channelIdsBySlugs } from '../channels/channel-lookup-many.ts'
import { badInput } from '../lib/errors.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { type ChannelReference, parseChannelReference, parsePlatformUserId, parseSlug } from './channel-reference.ts'
import type { Context } from './context.ts'
import { byId, type PrismaSelection, paddedIds } from './prisma-selection.ts'

/** A channel, and under which other slug it was looked up. */
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

/** The channel that a row belongs to; one statement for all rows of the operation that want the same of theirs. */
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

/** The internal id behind a reference; null for a ULID that no channel has. */
export const channelIdOf = async ({ databases }: Context, reference: ChannelReference): Promise<bigint | null> =>
  'id' in reference ? reference.id : channelIdByExternalId(databases.dm, reference.externalId)

/** Throws BAD_USER_INPUT unless exactly one of id, slug and platformUserId is given, and at only with a slug. */
export const requireOneName = ({ id, slug, platformUserId, at }: ChannelArguments): void => {
  if ([id, slug, platformUserId].filter((value) => value != null).length !== 1)
    throw badInput('Give exactly one of id, slug and platformUserId.')
  if (at != null && slug == null) throw badInput('at goes with slug only.')
}

/** The channel that exactly one of id, slug and platformUserId names; null when there is none. */
export const channel = async (
  context: Context,
  args: ChannelArguments,
  selection: PrismaSelection,
): Promise<ChannelRow | null> => {
  requireOneName(args)
  const { id, slug, platformUserId, platform, at } = args
  if (id != null) return findChannel(context, parseChannelReference('id', id), selection)

  const name = slug == null ? null : parseSlug('slug', slug)
  const { dm } = context.databases
  const channelId =
    name === null
      ? await channelIdByPlatformUserId(dm, platform, parsePlatformUserId(platformUserId!))
      : at != null
        ? await channelIdBySlug(dm, platform, name, at)
        : await context.loaders.load('channel by slug', platform, name, (slugs) =>
            channelIdsBySlugs(dm, platform, slugs),
          )
  const row = channelId == null ? null : await findChannel(context, { id: channelId }, selection)
  return row && name !== null && row.currentSlug !== name ? { ...row, redirectedFrom: name } : row
}
