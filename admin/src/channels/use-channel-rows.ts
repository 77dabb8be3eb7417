import { useEffect, useMemo, useRef, useState } from 'react'
import type { ChannelListQuery } from '../../generated/graphql.ts'
import { useChannelChanges } from '../data/use-channel-changes.ts'
import {
  applyChanges,
  type Changes,
  type ChannelRow,
  changeSession,
  changeStatus,
  changeViewers,
} from './channel-rows.ts'

const drawEveryMs = 150

/** Tells changes to `draw`: those that come together at once. */
const useTogether = (draw: (changes: Changes) => void) => {
  const state = useRef<{ changes: Changes; timer: ReturnType<typeof setTimeout> | undefined }>({
    changes: new Map(),
    timer: undefined,
  })
  useEffect(() => () => clearTimeout(state.current.timer), [])
  return (id: string, change: (row: ChannelRow) => ChannelRow): void => {
    const { current } = state
    current.changes.set(id, [...(current.changes.get(id) ?? []), change])
    current.timer ??= setTimeout(() => {
      const { changes } = current
      state.current = { changes: new Map(), timer: undefined }
      draw(changes)
    }, drawEveryMs)
  }
}

/**
 * The rows of a page, changing in place; their order stays. What was there stays when it can not be asked for again. `gap` says why some of it
 * may be old.
 */
export const useChannelRows = (newest: ChannelListQuery | undefined) => {
  const [data, setData] = useState(newest)
  const [rows, setRows] = useState<readonly ChannelRow[] | null>(data?.channels.nodes ?? null)
  if (newest && newest !== data) {
    setData(newest)
    setRows(newest.channels.nodes)
  }
  const tell = useTogether((changes) => setRows((before) => before && applyChanges(before, changes)))
  const followed = useMemo(() => {
    const ids = data?.channels.nodes.map(({ id }) => id) ?? []
    return ids.length > 0 ? { ids, after: data?.journal.nodes[0]?.cursor } : null
  }, [data])
  const { gap } = useChannelChanges(followed, {
    onStatus: (change) => tell(change.channel.id, changeStatus(change)),
    onViewers: (id, viewers, at) => tell(id, changeViewers(viewers, at)),
    onTitle: (id, session) => tell(id, changeSession(session)),
  })
  return { rows, gap: gap?.reason ?? null, pageInfo: data?.channels.pageInfo }
}
