import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import type { LivePageQuery } from '../../generated/graphql.ts'
import { LivePage } from '../../generated/live-page.ts'
import type { Gap } from '../data/follow-channels.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import { useChannelChanges } from '../data/use-channel-changes.ts'
import { LiveList, type LiveRow } from './live-list.ts'

type Channel = LivePageQuery['live']['nodes'][number]
type OnAir = NonNullable<Channel['currentSession']>

const rowOf = (channel: Omit<Channel, 'currentSession'>, session: OnAir | null): Omit<LiveRow, 'isOver'> => ({
  id: channel.id,
  platform: channel.platform,
  slug: channel.slug,
  displayName: channel.displayName,
  sessionId: session?.id ?? null,
  title: session?.title ?? null,
  category: session?.category ?? null,
  language: session?.language ?? null,
  startedAt: session?.startedAt ?? null,
  viewers: channel.viewersNow?.count ?? null,
  viewersAt: channel.viewersNow ? Date.parse(channel.viewersNow.at) : 0,
})

/** Changes are told with the next frame, and at most ten times a second. */
const schedule = (flush: () => void): void => {
  setTimeout(() => requestAnimationFrame(flush), 100)
}

type Loaded = { data: LivePageQuery | null; problem: Problem | null }

export type LiveState = {
  list: LiveList
  /** How many are live beyond those that are shown. */
  more: number
  isLoaded: boolean
  problem: Problem | null
  behind: Gap | null
  reload(): void
}

/** Who is live, loaded once and followed from there. */
export const useLiveList = (): LiveState => {
  const [list] = useState(() => new LiveList(schedule))
  const client = useClient()
  const [{ data, problem }, setLoaded] = useState<Loaded>({ data: null, problem: null })
  const [more, setMore] = useState(0)
  const [time, setTime] = useState(0)
  const reload = useCallback(() => setTime((before) => before + 1), [])

  // Asked once and not watched: from here on the list lives by what it follows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another time asks again.
  useEffect(() => {
    let isCurrent = true
    void client
      .query(LivePage, {}, { requestPolicy: 'network-only' })
      .toPromise()
      .then(({ data = null, error }) => {
        if (!isCurrent) return
        if (data) {
          const { nodes, totalCount } = data.live
          list.load(nodes.map((channel) => ({ ...rowOf(channel, channel.currentSession), isOver: false })))
          setMore(Math.max(0, (totalCount ?? 0) - nodes.length))
        }
        // Without new data everything stays as it was, also what is said to be missing.
        setLoaded((before) => ({ data: data ?? before.data, problem: problemOf(error) }))
      })
    return () => {
      isCurrent = false
    }
  }, [client, list, time])

  const followed = useMemo(() => data && { after: data.journal.nodes[0]?.cursor }, [data])
  const { gap } = useChannelChanges(followed, {
    onStatus({ event, channel, session }) {
      if (event.type === 'STREAM_START' && session) list.goOn(rowOf(channel, session))
      if (event.type !== 'STREAM_END') return
      if (list.row(channel.id)) list.goOff(channel.id, session?.id ?? null)
      else setMore((before) => Math.max(0, before - 1))
    },
    onViewers: (id, viewers, at) => list.count(id, viewers, Date.parse(at)),
    onTitle: (id, { id: sessionId, title, category, language }) =>
      list.describe(id, { sessionId, title, category, language }),
  })
  return { list, more, isLoaded: data !== null, problem, behind: gap, reload }
}

/** The rows and their order. */
export const useShown = (list: LiveList) => useSyncExternalStore(list.subscribe, () => list.shown)

/** One row; the component is drawn again when it changes, and by no other row. */
export const useRow = (list: LiveList, id: string): LiveRow | undefined =>
  useSyncExternalStore(
    useCallback((changed) => list.subscribeRow(id, changed), [list, id]),
    () => list.row(id),
  )
