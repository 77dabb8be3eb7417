import type { ChannelIdentity } from '../channels/channel-lookup.ts'
import { channelIdByExternalId, channelIdBySlug, channelIdentity } from '../channels/channel-lookup.ts'
import { parseStreamUrl } from '../channels/stream-url.ts'
import { ConfigError, UsageError } from '../lib/errors.ts'
import { isUlid } from '../lib/ids.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { normalSlug } from '../resolvers/channel-reference.ts'
import { parseGlobalId } from '../resolvers/global-id.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import type { Value } from './command.ts'
import { oneOf } from './values.ts'

/** A channel as the words of a command line name it. */
export type Handle = { word: string; platform?: PlatformName; slug: string | null }

const handleValue: Value<Handle> = {
  form: '<handle>',
  must: 'the name in the address of a channel, that address, or the id of a channel',
  read(word) {
    const address = parseStreamUrl(builtInPlatforms, word)
    if (address) return address.slug === null ? undefined : { word, ...address, slug: address.slug }
    const slug = normalSlug(word.replace(/^@/, ''))
    return slug !== null || isUlid(word) || parseGlobalId(word)?.type === 'Channel' ? { word, slug } : undefined
  },
}

/** The argument that names a channel. */
export const handleArgument = {
  about: 'the channel',
  value: handleValue,
} as const

/** The option that says where the channel is. */
export const platformOption = {
  about: 'the platform of the name; kick unless it is given or the address says it',
  value: oneOf(builtInPlatforms.map(({ name }) => name)),
} as const

/** The platform of a handle; a UsageError where the address and the option name different ones. */
export const platformOf = (handle: Handle, option: PlatformName | undefined): PlatformName => {
  if (handle.platform && option && handle.platform !== option)
    throw new UsageError(`--platform must be ${handle.platform}, which the address is of, or be left out.`)
  return handle.platform ?? option ?? 'kick'
}

/** The channel of a handle, and the other name that it was found by. */
export type FoundChannel = ChannelIdentity & { redirectedFrom: string | null }

const channelIdOf = async (
  db: Transaction,
  { word, slug }: Handle,
  platform: PlatformName,
  at: Date | undefined,
): Promise<bigint | null> => {
  const bySlug = slug === null ? null : await channelIdBySlug(db, platform, slug, at)
  if (bySlug !== null) return bySlug
  if (isUlid(word)) return channelIdByExternalId(db, word)
  const node = parseGlobalId(word)
  return node?.type === 'Channel' ? node.key : null
}

/**
 * The channel that a handle names: the one that has the name, else the one that had it last; with `at`, the one that had it then.
 * A ConfigError where none is known.
 */
export const findChannel = async (
  db: Transaction,
  handle: Handle,
  option: PlatformName | undefined,
  at?: Date,
): Promise<FoundChannel> => {
  const platform = platformOf(handle, option)
  const id = await channelIdOf(db, handle, platform, at)
  const channel = id === null ? null : await channelIdentity(db, id)
  if (!channel && at)
    throw new ConfigError(
      `No channel of ${platform} was seen as ${JSON.stringify(handle.word)} at ${at.toISOString()}.`,
    )
  if (!channel)
    throw new ConfigError(
      `No channel ${JSON.stringify(handle.word)} of ${platform} is known: channelscope channel track looks it up.`,
    )
  const byName = handle.slug !== null && id !== null && handle.slug !== channel.currentSlug
  const isId = isUlid(handle.word) || parseGlobalId(handle.word) !== null
  return { ...channel, redirectedFrom: byName && !isId ? handle.slug : null }
}

/** How a channel is called in a line. */
export const nameOf = ({ currentSlug, platformUserId, platform }: ChannelIdentity): string =>
  `${currentSlug ?? `account ${platformUserId}`} (${platform})`
