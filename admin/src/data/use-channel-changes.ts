import { useCallback, useEffect, useRef, useState } from 'react'
import { useSocket } from './api.tsx'
import { type ChannelListener, type Followed, followChannels, type Gap } from './follow-channels.ts'

type Following = {
  /** Changes that were lost, until something else is followed or `forgetGap` is called. */
  gap: Gap | null
  forgetGap(): void
}

/** Follows channels while a component is there; null, nothing yet. Another `followed` begins anew: keep it the same for as long as it is. */
export const useChannelChanges = (followed: Followed | null, listener: Omit<ChannelListener, 'onGap'>): Following => {
  const socket = useSocket()
  const [gap, setGap] = useState<Gap | null>(null)
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => {
    if (!socket || !followed) return
    setGap(null)
    return followChannels(socket, followed, {
      onStatus: (change) => latest.current.onStatus(change),
      onSnapshot: (now) => latest.current.onSnapshot?.(now),
      onViewers: (id, viewers, at) => latest.current.onViewers(id, viewers, at),
      onTitle: (id, session) => latest.current.onTitle(id, session),
      onGap: (lost) => setGap((before) => ({ ...lost, from: before?.from ?? lost.from })),
    })
  }, [socket, followed])
  const forgetGap = useCallback(() => setGap(null), [])
  return { gap, forgetGap }
}
