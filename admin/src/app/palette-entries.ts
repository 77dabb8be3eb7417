import type { FindChannelsQuery } from '../../generated/graphql.ts'
import type { Caller } from '../data/api.tsx'
import { channelParams } from '../parts/channel/channel-params.ts'
import { isHandle, readHandle } from '../parts/channel/handle.ts'
import { type PlatformName, platformNames } from '../view/platforms.ts'
import type { Action, Deed } from './palette-actions.ts'
import { places } from './places.ts'
import type { RecentChannel } from './recent-channels.ts'

type Match = FindChannelsQuery['findChannels'][number]

/** A line of the palette. */
export type Entry = {
  id: string
  text: string
  status?: Match['channel']['status']
  /** What stands behind the text: its handle and platform, or a slug that it had. */
  note?: string
  /** When it lost that slug. */
  until?: string
  does: Deed
}

export type Group = { name: string; entries: Entry[] }

type Source = {
  text: string
  matches: readonly Match[]
  /** Whether these are the matches of this text, and no older ones. */
  isFound: boolean
  recent: readonly RecentChannel[]
  actions: readonly Action[]
  caller: Pick<Caller, 'may'>
  go(path: string, search?: Record<string, string>): void
}

const pathOf = ({ platform, slug }: RecentChannel): string => `/channels/${platform}/${encodeURIComponent(slug)}`

/** Whether each word of a text begins one of another, in any order and case. */
export const hasWords = (text: string, wanted: string): boolean => {
  const words = text.toLowerCase().split(/\s+/)
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)))
}

/** What the palette shows for a text: without one the channels of this tab first. */
export const groupsOf = ({ text, matches, isFound, recent, actions, caller, go }: Source): Group[] => {
  const wanted = text.trim()
  const fits = (words: string): boolean => wanted === '' || hasWords(words, wanted)
  const found = matches.map(({ channel, by, slug, until }): Entry => {
    const former = by === 'OLD_SLUG' && until ? { note: `was ${slug}`, until } : {}
    return {
      id: `channel ${channel.id}`,
      text: channel.displayName ?? channel.slug ?? channel.id,
      status: channel.status,
      // The list is ordered by handles, so each line shows its own.
      note: [channel.displayName && channel.slug, platformNames[channel.platform]].filter(Boolean).join(', '),
      ...former,
      does: { go: () => go(pathOf(channelParams(channel))) },
    }
  })
  const visited = recent
    .filter(() => wanted === '')
    .map((channel): Entry => {
      const platform = platformNames[channel.platform.toUpperCase() as PlatformName]
      return {
        id: `recent ${pathOf(channel)}`,
        text: channel.slug,
        note: platform,
        does: { go: () => go(pathOf(channel)) },
      }
    })
  const shown = places
    .filter(([, name, role]) => (role === 'PUBLIC' || caller.may(role)) && fits(name))
    .map(([path, name]): Entry => ({ id: `place ${path}`, text: name, does: { go: () => go(path) } }))
  const graphiql: Entry = { id: 'place /graphql', text: 'GraphiQL', does: { go: () => location.assign('/graphql') } }
  const allowed = actions
    .filter((action) => (action.role === 'PUBLIC' || caller.may(action.role)) && fits(action.text))
    .map(({ id, text: words, does }): Entry => ({ id: `action ${id}`, text: words, does }))
  const handle = wanted.replace(/^track\s+/i, '')
  const { slug, platform } = readHandle(handle)
  const track: Entry = {
    id: 'track',
    text: platform ? `Track ${slug} on ${platformNames[platform]}` : `Track ${slug}`,
    does: { go: () => go('/channels', { track: `@${handle}` }) },
  }
  // What has this very name is tracked already. Words that find something else are hardly a name, unless somebody says so.
  const isTracked = matches.some(({ channel }) => channel.slug?.toLowerCase() === slug.toLowerCase())
  const isMeant = handle !== wanted || (isFound && shown.length + allowed.length === 0)
  const mayTrack = caller.may('OPERATOR') && isHandle(handle) && isMeant && !isTracked
  return [
    { name: 'Channels of this tab', entries: visited },
    { name: 'Channels', entries: found },
    { name: 'Places', entries: [...shown, ...(fits('GraphiQL') ? [graphiql] : [])] },
    { name: 'Actions', entries: [...allowed, ...(mayTrack ? [track] : [])] },
  ].filter(({ entries }) => entries.length > 0)
}
