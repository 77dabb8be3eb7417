import { channelIdsBySlugs, existingChannels } from '../channels/channel-lookup.ts'
import { badInput } from '../lib/errors.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { parseChannelReferences, parseSlug } from './channel-reference.ts'
import type { Context } from './context.ts'

const quoted = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)

/** The internal ids of channels, in the order of their references; BAD_USER_INPUT, naming the argument, where one is no reference or names none. */
export const idsOf = async (
  { databases: { dm } }: Context,
  ids: readonly string[],
  argument = 'ids',
): Promise<bigint[]> => {
  if (ids.length === 0) return []
  const { references, ids: internalIds, externalIds } = parseChannelReferences(argument, ids)
  const found = await existingChannels(dm, internalIds, externalIds)
  const known = new Map<string | bigint, bigint>()
  for (const { id, externalId } of found) known.set(id, id).set(externalId, id)
  return references.map((one, i) => {
    const id = known.get('id' in one ? one.id : one.externalId)
    if (id === undefined) throw badInput(`${argument}: there is no channel ${quoted(ids[i]!)}.`)
    return id
  })
}

/** The internal ids of channels by their slugs, in that order; BAD_USER_INPUT, naming the argument, where nobody was seen by one. */
export const idsOfSlugs = async (
  { databases: { dm } }: Context,
  platform: PlatformName,
  slugs: readonly string[],
  argument = 'slugs',
): Promise<bigint[]> => {
  if (slugs.length === 0) return []
  const names = slugs.map((text) => parseSlug(argument, text))
  const found = await channelIdsBySlugs(dm, platform, names)
  return names.map((name, i) => {
    const id = found.get(name)
    if (id === undefined) throw badInput(`${argument}: nobody on ${platform} was seen as ${quoted(slugs[i]!)}.`)
    return id
  })
}
