import {
  behindPrefix,
  type ChannelMatch,
  type ChannelSearch,
  maxMatches,
  searchChannels,
} from '../channels/channel-search.ts'
import { maxStreamUrlLength, parseStreamUrl } from '../channels/stream-url.ts'
import { badInput } from '../lib/errors.ts'
import { isUlid, parseInt64 } from '../lib/ids.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { Context } from './context.ts'
import { parseGlobalId } from './global-id.ts'
import { requireWellFormed } from './well-formed.ts'

type SearchArguments = { text: string; platform?: PlatformName | null; first: number }

// All characters of slugs are behind this one.
const leastCharacter = '\u0001'

const addressOf = (registry: PlatformRegistry, text: string) =>
  parseStreamUrl(registry, text) ?? (/^[a-z0-9.-]+\//i.test(text) ? parseStreamUrl(registry, `https://${text}`) : null)

/**
 * What a text means that somebody looks for a channel with; null where it can mean none. BAD_USER_INPUT, with the name of the argument, where
 * it is too long or has control characters.
 */
export const readSearch = (
  registry: PlatformRegistry,
  argument: string,
  text: string,
  platform?: PlatformName | null,
): ChannelSearch | null => {
  const trimmed = requireWellFormed(argument, text).trim()
  const isAsked = (name: PlatformName) => platform == null || platform === name
  const address = addressOf(registry, trimmed)
  if (address) {
    const { slug } = address
    if (slug === null || !isAsked(address.platform)) return null
    const whole = { from: slug, below: `${slug}${leastCharacter}` }
    return { platforms: [address.platform], slug: whole, name: null, reference: null, id: null }
  }
  if (trimmed.length > 100 || /\p{Cc}/u.test(trimmed))
    throw badInput(
      `${argument} must be at most 100 characters, without control characters, or the address of a stream of at most ${maxStreamUrlLength}.`,
    )
  const name = trimmed.replace(/^@/, '')
  if (name === '') return null
  const slug = name.toLowerCase()
  const node = parseGlobalId(name)
  return {
    platforms: registry.map((one) => one.name).filter(isAsked),
    slug: { from: slug, below: behindPrefix(slug) },
    name,
    reference: /^\d+$/.test(name) || isUlid(name) ? name : null,
    id: parseInt64(name) ?? (node?.type === 'Channel' ? node.key : null),
  }
}

/** The channels that a text finds. BAD_USER_INPUT for a text that can not be searched, and for more channels than a search shows. */
export const findMatches = async (
  { databases, registry }: Context,
  { text, platform, first }: SearchArguments,
): Promise<ChannelMatch[]> => {
  if (first < 0 || first > maxMatches) throw badInput(`first must be from 0 to ${maxMatches}.`)
  const search = readSearch(registry, 'text', text, platform)
  return search === null ? [] : searchChannels(databases.dm, search, first)
}
