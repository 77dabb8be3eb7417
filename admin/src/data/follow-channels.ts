import type { LiveStatusSubscription, LiveTitlesSubscription } from '../../generated/graphql.ts'
import { LiveStatus, LiveTitles, LiveViewers } from '../../generated/live.ts'
import type { Socket } from './connection.ts'
import { follow } from './follow.ts'

type StatusMessage = LiveStatusSubscription['channelStatus']
type TitleMessage = LiveTitlesSubscription['sessionChapters']

/** A broadcast began, was told more of, or ended. */
export type StatusChange = Extract<StatusMessage, { __typename: 'StatusChange' }>

type StatusSnapshot = Extract<StatusMessage, { __typename: 'StatusSnapshot' }>
type TitleChange = Extract<TitleMessage, { __typename: 'SessionChapterChange' }>

/** Between these instants (milliseconds of the epoch) changes were lost: what is shown may be wrong until it is loaded again. */
export type Gap = { from: number; to: number; reason: string }

export type Followed = {
  /** Left out, all channels. */
  ids?: readonly string[]
  /** The cursor of the journal that what is shown was loaded with. */
  after?: string | undefined
}

export type ChannelListener = {
  onStatus(change: StatusChange): void
  /** What is the case when the following begins; told of channels that are named, where it does not go on from a cursor. */
  onSnapshot?(now: StatusSnapshot): void
  /** A new count; null where the streamer hides it. */
  onViewers(id: string, viewers: number | null, at: string): void
  /** New words about the broadcast of a channel. */
  onTitle(id: string, session: TitleChange['session']): void
  onGap(gap: Gap): void
}

/** Follows all that changes in channels, through lost connections, until it is stopped. */
export const followChannels = (socket: Socket, { ids, after }: Followed, listener: ChannelListener): (() => void) => {
  let cursor = after
  let titleCursor: string | undefined
  // Up to here nothing is missing.
  let completeAt = Date.now()
  const gap = (reason: string): void => listener.onGap({ from: completeAt, to: Date.now(), reason })
  const shared = {
    socket,
    onResumed(lostAt: number): void {
      completeAt = lostAt
    },
    onProblem: ({ message }: { message: string }): void => gap(message),
  }
  const stops = [
    follow({
      ...shared,
      operation: LiveStatus,
      variables: () => ({ ids, after: cursor }),
      onMessage({ channelStatus: message }) {
        cursor = message.cursor
        if (message.__typename === 'StatusGap') return gap(message.reason)
        completeAt = Date.now()
        if (message.__typename === 'StatusSnapshot') listener.onSnapshot?.(message)
        else listener.onStatus(message)
      },
    }),
    follow({
      ...shared,
      operation: LiveViewers,
      variables: () => ({ ids }),
      onMessage({ viewerCount: { channel, viewers, at } }) {
        if (viewers !== null && typeof viewers !== 'number') throw new TypeError('viewers are a number or null')
        listener.onViewers(channel.id, viewers, at)
      },
    }),
    follow({
      ...shared,
      operation: LiveTitles,
      variables: () => ({ ids, after: titleCursor }),
      onMessage({ sessionChapters: message }) {
        titleCursor = message.cursor
        if (message.__typename === 'StatusGap') return gap(message.reason)
        for (const words of Object.values(message.session))
          if (words !== null && typeof words !== 'string') throw new TypeError('what is said of a broadcast is text')
        listener.onTitle(message.channel.id, message.session)
      },
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
