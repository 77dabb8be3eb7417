import { readChannelParams } from '../parts/channel/channel-params.ts'

/** The platforms that an address can name. */
const platforms = ['KICK', 'TWITCH', 'X'] as const
export type PlatformName = (typeof platforms)[number]

/** What the operations of the page are asked with: a channel by its slug or its id. Null where the address names no platform. */
export type AskedChannel = { platform: PlatformName; slug?: string; id?: string }

/** What an address asks for. */
export const readAsked = (params: { platform: string; slug: string }): AskedChannel | null => {
  const { platform, ...key } = readChannelParams(params)
  const known = platforms.find((name) => name === platform)
  return known ? { platform: known, ...key } : null
}

type Found = { id: string; platform: string; slug: string | null }

/** Whether a channel that was found is the one that an address asks for, so that nothing has to be asked again. */
export const isAsked = (channel: Found, { platform, slug, id }: AskedChannel): boolean =>
  id !== undefined
    ? channel.id === id
    : channel.platform === platform && channel.slug?.toLowerCase() === slug?.toLowerCase()

export const isSameAsked = (a: AskedChannel | null, b: AskedChannel | null): boolean =>
  a === b || (a?.platform === b?.platform && a?.slug === b?.slug && a?.id === b?.id)

/** Whether a channel was found by a name that it does not have any more: by which. */
export const formerName = (
  channel: Found & { redirectedFrom: string | null },
  { slug }: AskedChannel,
): string | null =>
  slug !== undefined && channel.slug?.toLowerCase() !== slug.toLowerCase() ? (channel.redirectedFrom ?? slug) : null
