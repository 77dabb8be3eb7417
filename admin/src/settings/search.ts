import { choiceOf, textOf } from '../view/search-params.ts'

export const tabs = ['configuration', 'keys', 'streamers', 'audit', 'erasures'] as const
export type Tab = (typeof tabs)[number]

/** What a link to the place says beside range and zone. */
export type SettingsSearch = {
  tab?: Tab
  /** What is searched for, in the settings or among streamers. */
  q?: string
  /** The streamer that is open. */
  streamer?: string
  /** Filters of the audit log. */
  side?: 'DM' | 'PUBLIC'
  subject?: string
  action?: string
  target?: string
  /** The page of a list: behind this cursor. */
  after?: string
  /** Whether revoked keys are in the list. */
  revoked?: 'shown'
}

export const readSettingsSearch = (search: Record<string, unknown>): SettingsSearch => ({
  tab: choiceOf(search.tab, tabs),
  q: textOf(search.q),
  streamer: textOf(search.streamer),
  side: choiceOf(search.side, ['DM', 'PUBLIC']),
  subject: textOf(search.subject),
  action: textOf(search.action),
  target: textOf(search.target),
  after: textOf(search.after),
  revoked: choiceOf(search.revoked, ['shown']),
})
