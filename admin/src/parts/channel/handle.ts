import type { PlatformName } from '../../view/platforms.ts'

/** Who somebody means: a handle, and the platform where that was said. */
export type Handle = { platform?: PlatformName; slug: string }

const hosts: readonly (readonly [RegExp, PlatformName])[] = [
  [/(^|\.)kick\.com$/, 'KICK'],
  [/(^|\.)twitch\.tv$/, 'TWITCH'],
  [/(^|\.)(x|twitter)\.com$/, 'X'],
]

const address = /^(?:https?:\/\/)?([a-z0-9.-]+\.[a-z]{2,})\/([^/?#\s]+)/i

/** Reads a handle, with or without "@", or the address of a channel. */
export const readHandle = (text: string): Handle => {
  const trimmed = text.trim()
  const [, host, name] = address.exec(trimmed) ?? []
  if (host && name) {
    const platform = hosts.find(([pattern]) => pattern.test(host.toLowerCase()))?.[1]
    if (platform) return { platform, slug: name.replace(/^@/, '') }
  }
  return { slug: trimmed.replace(/^@/, '') }
}

const longestText = 100

/** Whether the API looks for a text: an address may be as long as it likes, anything else has at most 100 characters. */
export const isFindable = (text: string): boolean =>
  text.trim() !== '' && (text.trim().length <= longestText || readHandle(text).platform !== undefined)

/** Whether a text can be what a channel is called on any platform. */
export const isHandle = (text: string): boolean => /^[A-Za-z0-9_-]{1,25}$/.test(readHandle(text).slug)

type Period = { slug: string; observedUntil: string | null; isCurrent: boolean }

type Named = { slug: string | null; displayName: string | null; slugHistory?: readonly Period[] }

/** The slug that a channel had and that the text means, with the instant it lost it; null where the text means what it is called now. */
export const formerSlug = (
  { slug, displayName, slugHistory = [] }: Named,
  text: string,
): { slug: string; until: string } | null => {
  const wanted = readHandle(text).slug.toLowerCase()
  const isMeant = (name: string | null) => name?.toLowerCase().startsWith(wanted) ?? false
  if (wanted === '' || isMeant(slug) || isMeant(displayName)) return null
  const found = slugHistory
    .filter((period) => !period.isCurrent && period.observedUntil && isMeant(period.slug))
    .sort(
      (a, b) => Number(b.slug === wanted) - Number(a.slug === wanted) || (a.observedUntil! < b.observedUntil! ? 1 : -1),
    )
  const [newest] = found
  return newest ? { slug: newest.slug, until: newest.observedUntil! } : null
}
