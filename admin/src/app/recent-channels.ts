/** A channel that this tab has shown, by its address. */
export type RecentChannel = { platform: string; slug: string }

const storageKey = 'channelscope.recent'
const most = 6

const channelPath = /^\/channels\/([^/]+)\/([^/]+)$/

/** The channel whose page has this path; null for every other place. */
export const channelOf = (path: string): RecentChannel | null => {
  const [, platform, slug] = channelPath.exec(path) ?? []
  return platform && slug ? { platform, slug: decodeURIComponent(slug) } : null
}

/** The list with this channel first, and once. */
export const withRecent = (list: readonly RecentChannel[], { platform, slug }: RecentChannel): RecentChannel[] =>
  [{ platform, slug }, ...list.filter((one) => one.platform !== platform || one.slug !== slug)].slice(0, most)

export const readRecent = (): RecentChannel[] => {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as RecentChannel[]
  } catch {
    return []
  }
}

export const addRecent = (channel: RecentChannel): void =>
  sessionStorage.setItem(storageKey, JSON.stringify(withRecent(readRecent(), channel)))

/** Another caller begins without them. */
export const forgetRecent = (): void => sessionStorage.removeItem(storageKey)
