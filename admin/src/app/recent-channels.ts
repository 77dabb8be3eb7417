/** A channel that this tab has shown, by its address. */
export type RecentChannel = { platform: string; slug: string }

const storageKey = 'channelscope.recent'
const most = 6

const channelPath = /^\/channels\/([^/]+)\/([^/]+)$/

// The router gives paths that are decoded in part, where a "%" may stand for itself.
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The channel whose page has this path; null for every other place. */
export const channelOf = (path: string): RecentChannel | null => {
  const [, platform, slug] = channelPath.exec(path) ?? []
  return platform && slug ? { platform, slug: decoded(slug) } : null
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

const addRecent = (channel: RecentChannel): void =>
  sessionStorage.setItem(storageKey, JSON.stringify(withRecent(readRecent(), channel)))

// The page that was noted last: when it is drawn anew for another caller, that is no visit of theirs.
let noted: string | null = null

/** Notes the channel whose page was opened. */
export const noteVisit = (path: string): void => {
  if (path === noted) return
  noted = path
  const channel = channelOf(path)
  if (channel) addRecent(channel)
}

/** Another caller begins without them. */
export const forgetRecent = (): void => sessionStorage.removeItem(storageKey)
