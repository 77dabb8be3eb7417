import { readPageSearch } from '../parts/table/page-search.ts'
import { type PlatformName, platformNames } from '../view/platforms.ts'
import { choiceOf, textOf } from '../view/search-params.ts'

/** What a link to the place says beside range and zone. */
export type OperationsSearch = {
  /** What is shown below the verdict; left out, the state of now. */
  view?: 'calls' | 'archives'
  platform?: PlatformName
  /** The id of a channel, of which calls are shown. */
  channel?: string
  /** Left out, only calls that failed. */
  calls?: 'all'
  /** The id of the call that is open. */
  open?: string
  after?: string
}

export const readOperationsSearch = (search: Record<string, unknown>): OperationsSearch => ({
  view: choiceOf(search.view, ['calls', 'archives']),
  platform: choiceOf(search.platform, Object.keys(platformNames) as PlatformName[]),
  channel: textOf(search.channel),
  calls: choiceOf(search.calls, ['all']),
  open: textOf(search.open),
  after: readPageSearch(search).after,
})
