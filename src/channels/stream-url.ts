import type { PlatformName } from '../platforms/platform.ts'

/** What the address of a stream says: the platform and, unless it names only a recording, the slug in lower case. */
export type StreamUrl = { platform: PlatformName; slug: string | null }

/** The longest address that is read, in UTF-16 units. */
export const maxStreamUrlLength = 2_048

type Site = { platform: PlatformName; slug: RegExp; notSlugs: ReadonlySet<string> }

// First parts of paths that lead to something else than a channel.
const kick: Site = {
  platform: 'kick',
  slug: /^[A-Za-z0-9_-]{1,25}$/,
  notSlugs: new Set(['video', 'videos', 'clips', 'category', 'categories', 'browse', 'search', 'dashboard']),
}
const twitch: Site = {
  platform: 'twitch',
  slug: /^[A-Za-z0-9_]{1,25}$/,
  notSlugs: new Set(['videos', 'clip', 'clips', 'directory', 'search', 'settings', 'downloads', 'p']),
}

const sites: ReadonlyMap<string, Site> = new Map([
  ['kick.com', kick],
  ['www.kick.com', kick],
  ['m.kick.com', kick],
  ['player.kick.com', kick],
  ['twitch.tv', twitch],
  ['www.twitch.tv', twitch],
  ['m.twitch.tv', twitch],
])

// Nothing but ASCII letters can name the host: no port, no credentials, and no letters that only look like these.
const address = /^https?:\/\/([a-z0-9.-]+)(?:\/([^?#]*))?(?:[?#]|$)/i

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * Reads the address of a channel, a recording or a clip on Kick or Twitch; null for any other text. Case, "www.", query,
 * fragment and further parts of the path make no difference. Never throws.
 */
export const parseStreamUrl = (text: string): StreamUrl | null => {
  if (text.length > maxStreamUrlLength) return null
  const [, host = '', path = ''] = address.exec(text.trim()) ?? []
  const site = sites.get(host.toLowerCase())
  if (!site) return null
  const { platform, slug, notSlugs } = site
  const first = decoded(path.split('/').find((part) => part !== '') ?? '')
  // Checked before lowering: some letters outside ASCII become ASCII in lower case.
  if (!slug.test(first) || notSlugs.has(first.toLowerCase())) return { platform, slug: null }
  return { platform, slug: first.toLowerCase() }
}
