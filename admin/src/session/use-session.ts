import { useEffect, useMemo, useRef } from 'react'
import { useQuery } from 'urql'
import type { SessionPageQuery } from '../../generated/graphql.ts'
import { LiveStatus, LiveViewers } from '../../generated/live.ts'
import { SessionChapters, SessionEnd, SessionPage } from '../../generated/session.ts'
import { useSocket } from '../data/api.tsx'
import { follow } from '../data/follow.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import type { Hole } from '../parts/chart/chart-data.ts'
import { holesOf } from '../parts/chart/hole-words.ts'
import { useExplained } from '../parts/chart/use-explained.ts'
import { isEndInferred, noticedAt } from '../parts/session/inferred-end.ts'
import { printInstant } from '../view/instant.ts'

export type Session = NonNullable<SessionPageQuery['streamSession']>

export type SessionState = {
  /** Undefined while it is loaded, null where there is none. */
  session: Session | null | undefined
  holes: readonly Hole[]
  /** When an end that is inferred was noticed; null where the end was reported, or nothing tells it. */
  noticedAt: string | null
  problem: Problem | null
  busy: boolean
  renew(): void
}

const renewAfterMs = 1_000
const none: readonly Hole[] = []

/** A second around an instant; of none, nothing that is asked for. */
const aroundOf = (at: string | null): { from: string; to: string } => {
  if (at === null) return { from: '', to: '' }
  const ms = Date.parse(at)
  return { from: printInstant(ms - 1_000), to: printInstant(ms + 1_000) }
}

/** A broadcast, followed while it lasts. */
export const useSession = (id: string): SessionState => {
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: SessionPage, variables: { id } })
  const session = data?.streamSession
  const channel = session?.channel.id ?? ''
  const from = session?.startedAt ?? ''
  const to = session?.endedAt ?? session?.timeline.meta.to ?? ''
  const asked = useMemo(() => (channel ? [{ id: channel, from, to, outages: null }] : []), [channel, from, to])
  const [outages] = useExplained(asked, true)
  const renew = (): void => ask({ requestPolicy: 'network-only' })
  const latest = useRef(renew)
  latest.current = renew
  useFollowed(session?.isLive ? channel : null, () => latest.current())

  const ended = session && isEndInferred(session) ? session.endedAt! : null
  const [{ data: ends }] = useQuery({
    query: SessionEnd,
    variables: { channel, range: aroundOf(ended) },
    pause: ended === null,
  })
  const noticed = ended === null ? null : noticedAt({ endedAt: ended }, ends?.channel?.statusEvents.nodes ?? [])

  const named = session?.channel
  const holes = useMemo(() => (outages && named ? holesOf(outages, named) : none), [outages, named])
  return {
    session: data ? (session ?? null) : undefined,
    holes,
    noticedAt: noticed,
    problem: data ? null : problemOf(error),
    busy: Boolean(data) && (fetching || stale),
    renew,
  }
}

/** Asks again when something of the channel changes, and once for all that changes together. */
const useFollowed = (channel: string | null, onChange: () => void): void => {
  const socket = useSocket()
  const changed = useRef(onChange)
  changed.current = onChange
  useEffect(() => {
    if (!socket || channel === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const change = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        changed.current()
      }, renewAfterMs)
    }
    const ids = [channel]
    let cursor: string | undefined
    let chapter: string | undefined
    // What is there when the following begins was loaded with the page.
    let isFirst = true
    const stops = [
      follow({
        socket,
        operation: LiveViewers,
        variables: () => ({ ids }),
        onMessage() {
          if (!isFirst) change()
          isFirst = false
        },
      }),
      follow({
        socket,
        operation: LiveStatus,
        variables: () => ({ ids, after: cursor }),
        onMessage({ channelStatus: message }) {
          cursor = message.cursor
          if (message.__typename !== 'StatusSnapshot') change()
        },
      }),
      follow({
        socket,
        operation: SessionChapters,
        variables: () => ({ ids, after: chapter }),
        onMessage({ sessionChapters: message }) {
          chapter = message.cursor
          change()
        },
      }),
    ]
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [socket, channel])
}
