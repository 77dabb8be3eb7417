import type { PlatformName } from './asked-channel.ts'

const titles: Record<PlatformName, string> = { KICK: 'Kick', TWITCH: 'Twitch', X: 'X' }
const hosts: Record<PlatformName, string> = { KICK: 'kick.com', TWITCH: 'www.twitch.tv', X: 'x.com' }

/** A platform as people write it. */
export const platformTitle = (platform: PlatformName): string => titles[platform]

/** The page of a channel at its platform, without "https://". */
export const platformPage = (platform: PlatformName, slug: string): string =>
  `${hosts[platform]}/${encodeURIComponent(slug)}`
