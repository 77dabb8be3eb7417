import { useEffect, useState } from 'react'
import { ListChanges, ListTitles, ListViewers } from '../../generated/channels.ts'
import type { ChannelListQuery } from '../../generated/graphql.ts'
import { useSocket } from '../data/api.tsx'
import type { Socket } from '../data/connection.ts'
import { follow } from '../data/follow.ts'
import type { Problem } from '../data/problem.ts'
import {
  applyChanges,
  type Changes,
  type ChannelRow,
  changeSession,
  changeStatus,
  changeViewers,
} from './channel-rows.ts'

const drawEveryMs = 150

type Tell = (id: string, change: (row: ChannelRow) => ChannelRow) => void

/** Follows all that changes in these channels, from the cursor on. */
const followChannels = (
  socket: Socket,
  ids: string[],
  cursor: string | undefined,
  tell: Tell,
  onGap: (reason: string) => void,
): (() => void) => {
  let after = cursor
  let afterTitle: string | undefined
  const onProblem = ({ message }: Problem): void => onGap(message)
  const stops = [
    follow({
      socket,
      operation: ListChanges,
      variables: () => ({ ids, after }),
      onMessage({ channelStatus: message }) {
        if (message.__typename === 'StatusSnapshot') return
        after = message.cursor
        if (message.__typename === 'StatusGap') return onGap(message.reason)
        tell(message.channel.id, changeStatus(message))
      },
      onProblem,
    }),
    follow({
      socket,
      operation: ListViewers,
      variables: () => ({ ids }),
      onMessage: ({ viewerCount: { channel, viewers, at } }) => tell(channel.id, changeViewers(viewers, at)),
      onProblem,
    }),
    follow({
      socket,
      operation: ListTitles,
      variables: () => ({ ids, after: afterTitle }),
      onMessage({ sessionChapters: message }) {
        afterTitle = message.cursor
        if (message.__typename === 'StatusGap') return onGap(message.reason)
        tell(message.channel.id, changeSession(message.session))
      },
      onProblem,
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/**
 * The rows of a page, changing in place; their order stays. What was there stays when it can not be asked for again. `gap` says why some of it
 * may be old.
 */
export const useChannelRows = (newest: ChannelListQuery | undefined) => {
  const socket = useSocket()
  const [data, setData] = useState(newest)
  const [rows, setRows] = useState<readonly ChannelRow[] | null>(data?.channels.nodes ?? null)
  const [gap, setGap] = useState<string | null>(null)
  if (newest && newest !== data) {
    setData(newest)
    setRows(newest.channels.nodes)
    setGap(null)
  }
  useEffect(() => {
    if (!socket || !data || data.channels.nodes.length === 0) return
    let changes: Changes = new Map()
    let timer: ReturnType<typeof setTimeout> | undefined
    const draw = (): void => {
      timer = undefined
      const told = changes
      changes = new Map()
      setRows((before) => before && applyChanges(before, told))
    }
    const tell: Tell = (id, change) => {
      changes.set(id, [...(changes.get(id) ?? []), change])
      timer ??= setTimeout(draw, drawEveryMs)
    }
    const ids = data.channels.nodes.map(({ id }) => id)
    const stop = followChannels(socket, ids, data.journal.nodes[0]?.cursor, tell, setGap)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [socket, data])
  return { rows, gap, pageInfo: data?.channels.pageInfo }
}
