import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import type { LivePageQuery } from '../../generated/graphql.ts'
import { LiveViewers } from '../../generated/live.ts'
import { LiveChanges, LivePage, LiveTitles } from '../../generated/live-page.ts'
import { useSocket } from '../data/api.tsx'
import { follow } from '../data/follow.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import type { Behind } from '../parts/states/behind-note.tsx'
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
  behind: Behind | null
  reload(): void
}

/** Who is live, loaded once and followed from there. */
export const useLiveList = (): LiveState => {
  const socket = useSocket()
  const [list] = useState(() => new LiveList(schedule))
  const client = useClient()
  const [loaded, setLoaded] = useState<Loaded>({ data: null, problem: null })
  const [behind, setBehind] = useState<Behind | null>(null)
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
        // Without new data everything stays as it was, also what is said to be missing.
        if (data) {
          list.load(data.live.nodes.map((channel) => ({ ...rowOf(channel, channel.currentSession), isOver: false })))
          setBehind(null)
        }
        setLoaded((before) => ({ data: data ?? before.data, problem: problemOf(error) }))
      })
    return () => {
      isCurrent = false
    }
  }, [client, list, time])
  const { data, problem } = loaded

  useEffect(() => {
    if (!data || !socket) return
    let cursor = data.journal.nodes[0]?.cursor
    let lastMessageAt = Date.now()
    const gap = (reason: string): void => setBehind({ from: lastMessageAt, to: Date.now(), reason })
    const stops = [
      follow({
        socket,
        operation: LiveChanges,
        variables: () => ({ after: cursor }),
        onMessage({ channelStatus: message }) {
          if (message.__typename === 'StatusSnapshot') return
          cursor = message.cursor
          if (message.__typename === 'StatusGap') return gap(message.reason)
          lastMessageAt = Date.now()
          const { event, channel, session } = message
          if (event.type === 'STREAM_START' && session) list.goOn(rowOf(channel, session))
          if (event.type === 'STREAM_END') list.goOff(channel.id, session?.id ?? null)
        },
        onProblem: ({ message }) => gap(message),
      }),
      follow({
        socket,
        operation: LiveViewers,
        variables: () => ({}),
        onMessage: ({ viewerCount: { channel, viewers, at } }) => list.count(channel.id, viewers, Date.parse(at)),
        onProblem: ({ message }) => gap(message),
      }),
      followTitles(socket, list, gap),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [data, socket, list])

  const total = data?.live.totalCount ?? null
  const more = data && total !== null ? Math.max(0, total - data.live.nodes.length) : 0
  return { list, more, isLoaded: data !== null && socket !== null, problem, behind, reload }
}

const followTitles = (
  socket: NonNullable<ReturnType<typeof useSocket>>,
  list: LiveList,
  gap: (reason: string) => void,
): (() => void) => {
  let after: string | undefined
  return follow({
    socket,
    operation: LiveTitles,
    variables: () => ({ after }),
    onMessage({ sessionChapters: message }) {
      after = message.cursor
      if (message.__typename === 'StatusGap') return gap(message.reason)
      const { id, title, category, language } = message.session
      list.describe(message.channel.id, { sessionId: id, title, category, language })
    },
    onProblem: ({ message }) => gap(message),
  })
}

/** The rows and their order. */
export const useShown = (list: LiveList) => useSyncExternalStore(list.subscribe, () => list.shown)

/** One row; the component is drawn again when it changes, and by no other row. */
export const useRow = (list: LiveList, id: string): LiveRow | undefined =>
  useSyncExternalStore(
    useCallback((changed) => list.subscribeRow(id, changed), [list, id]),
    () => list.row(id),
  )
