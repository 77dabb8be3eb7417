import type { PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'

/** The platform in the address of a stream, and the slug in lower case unless it names only a recording. */
export type StreamUrl = { platform: PlatformName; slug: string | null }

/** The longest address that is read, in UTF-16 units. */
export const maxStreamUrlLength = 2_048

// The host has only ASCII letters: no port, no login, and no letters that only look like ASCII.
const address = /^https?:\/\/([a-z0-9.-]+)(?:\/([^?#]*))?(?:[?#]|$)/i

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * Reads the address of a channel, a recording or a clip; null for any other text. Case, query, fragment and further parts of
 * the path make no difference. Never throws.
 */
export const parseStreamUrl = (registry: PlatformRegistry, text: string): StreamUrl | null => {
  if (text.length > maxStreamUrlLength) return null
  const [, host = '', path = ''] = address.exec(text.trim()) ?? []
  const platform = registry.find(({ streamAddresses }) => streamAddresses?.hosts.includes(host.toLowerCase()))
  if (!platform?.streamAddresses) return null
  const { readSlug, notSlugs } = platform.streamAddresses
  const slug = readSlug(decoded(path.split('/').find((part) => part !== '') ?? ''))
  return { platform: platform.name, slug: slug === undefined || notSlugs.has(slug) ? null : slug }
}
