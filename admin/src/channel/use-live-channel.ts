import { useCallback, useEffect, useRef, useState } from 'react'
import { ChannelChanges, ChannelTitles } from '../../generated/channel.ts'
import { LiveViewers } from '../../generated/live.ts'
import { useSocket } from '../data/api.tsx'
import { follow } from '../data/follow.ts'
import type { Behind } from '../parts/states/behind-note.tsx'
import type { ChannelOfPage } from './use-channel-page.ts'

type OnAir = NonNullable<ChannelOfPage['currentSession']>

/** What a channel does now. */
export type LiveChannel = {
  status: ChannelOfPage['status']
  /** When it went on or off; null where it never did. */
  changedAt: string | null
  onAir: OnAir | null
  /** Null where nobody knows: hidden, or not counted lately. */
  viewers: number | null
  /** When they were counted, in milliseconds of the epoch; 0 where they were not. */
  viewersAt: number
}

const ofPage = ({ status, lastStatusChangeAt, currentSession, viewersNow }: ChannelOfPage): LiveChannel => ({
  status,
  changedAt: currentSession?.startedAt ?? lastStatusChangeAt,
  onAir: currentSession,
  viewers: viewersNow?.count ?? null,
  viewersAt: viewersNow ? Date.parse(viewersNow.at) : 0,
})

type FollowedChannel = {
  live: LiveChannel
  /** Changes that were lost, until `reloaded` is called. */
  behind: Behind | null
  reloaded(): void
}

/** The channel as it changes from here on. `onChange` is called when a broadcast begins or ends, so that its list is renewed. */
export const useLiveChannel = (channel: ChannelOfPage, onChange: () => void): FollowedChannel => {
  const socket = useSocket()
  const [live, setLive] = useState(() => ofPage(channel))
  const [behind, setBehind] = useState<Behind | null>(null)
  const changed = useRef(onChange)
  changed.current = onChange
  const { id } = channel

  useEffect(() => {
    if (!socket) return
    let cursor: string | undefined
    let titleCursor: string | undefined
    // Up to here nothing is missing.
    let completeAt = Date.now()
    const gap = (reason: string): void =>
      setBehind((before) => ({ from: before?.from ?? completeAt, to: Date.now(), reason }))
    const onResumed = (lostAt: number): void => {
      completeAt = lostAt
    }
    const onProblem = ({ message }: { message: string }): void => gap(message)
    const stops = [
      follow({
        socket,
        operation: ChannelChanges,
        variables: () => ({ id, after: cursor }),
        onResumed,
        onProblem,
        onMessage({ channelStatus: message }) {
          cursor = message.cursor
          if (message.__typename === 'StatusGap') return gap(message.reason)
          completeAt = Date.now()
          const { session } = message
          if (message.__typename === 'StatusSnapshot') {
            const { status } = message
            return setLive((before) => ({
              ...before,
              status,
              onAir: session,
              changedAt: session?.startedAt ?? before.changedAt,
            }))
          }
          const { newStatus: status, occurredAt } = message.event
          const onAir = status === 'ONLINE' ? session : null
          const changedAt = onAir?.startedAt ?? occurredAt
          setLive((before) => ({ ...before, status, onAir, changedAt, ...(!onAir && { viewers: null }) }))
          changed.current()
        },
      }),
      follow({
        socket,
        operation: ChannelTitles,
        variables: () => ({ id, after: titleCursor }),
        onResumed,
        onProblem,
        onMessage({ sessionChapters: message }) {
          titleCursor = message.cursor
          if (message.__typename === 'StatusGap') return gap(message.reason)
          const { session } = message
          setLive((before) => (before.onAir?.id === session.id ? { ...before, onAir: session } : before))
        },
      }),
      follow({
        socket,
        operation: LiveViewers,
        variables: () => ({ ids: [id] }),
        onMessage({ viewerCount: { viewers, at } }) {
          const viewersAt = Date.parse(at)
          setLive((before) => (viewersAt > before.viewersAt ? { ...before, viewers, viewersAt } : before))
        },
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [socket, id])
  const reloaded = useCallback(() => setBehind(null), [])
  return { live, behind, reloaded }
}
