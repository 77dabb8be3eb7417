import { useMemo, useState } from 'react'
import type { Gap } from '../data/follow-channels.ts'
import { useChannelChanges } from '../data/use-channel-changes.ts'
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
  behind: Gap | null
  reloaded(): void
}

/** The channel as it changes from here on. `onChange` is called when a broadcast begins or ends, so that its list is renewed. */
export const useLiveChannel = (channel: ChannelOfPage, onChange: () => void): FollowedChannel => {
  const [live, setLive] = useState(() => ofPage(channel))
  const { id } = channel
  const followed = useMemo(() => ({ ids: [id] }), [id])
  const { gap, forgetGap } = useChannelChanges(followed, {
    onSnapshot({ status, session }) {
      setLive((before) => ({ ...before, status, onAir: session, changedAt: session?.startedAt ?? before.changedAt }))
    },
    onStatus({ event: { newStatus: status, occurredAt }, session }) {
      const onAir = status === 'ONLINE' ? session : null
      const changedAt = onAir?.startedAt ?? occurredAt
      setLive((before) => ({ ...before, status, onAir, changedAt, ...(!onAir && { viewers: null }) }))
      onChange()
    },
    onViewers(_, viewers, at) {
      const viewersAt = Date.parse(at)
      setLive((before) => (viewersAt > before.viewersAt ? { ...before, viewers, viewersAt } : before))
    },
    onTitle: (_, session) =>
      setLive((before) => (before.onAir?.id === session.id ? { ...before, onAir: session } : before)),
  })
  return { live, behind: gap, reloaded: forgetGap }
}
