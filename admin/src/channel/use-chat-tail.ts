import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { useClient } from 'urql'
import { ChannelMessages } from '../../generated/channel.ts'
import type { LiveChatSubscription } from '../../generated/graphql.ts'
import { LiveChat } from '../../generated/live.ts'
import { useSocket } from '../data/api.tsx'
import { follow } from '../data/follow.ts'
import type { Problem } from '../data/problem.ts'
import { ChatTail } from './chat-tail.ts'

export type ChatMessage = LiveChatSubscription['chat']

/** As many lines are kept, and as many wait while it is paused. */
export const mostLines = 10_000
const showEveryMs = 250

const schedule = (flush: () => void): void => {
  setTimeout(() => requestAnimationFrame(flush), showEveryMs)
}

/** The chat of a channel as it comes, after the last lines of the past hour. */
export const useChatTail = (id: string) => {
  const socket = useSocket()
  const client = useClient()
  const [tail] = useState(() => new ChatTail<ChatMessage>({ most: mostLines, schedule }))
  const [problem, setProblem] = useState<Problem | null>(null)
  const [time, setTime] = useState(0)
  const shown = useSyncExternalStore(tail.subscribe, () => tail.shown)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another time follows again.
  useEffect(() => {
    if (!socket) return
    return follow({
      socket,
      operation: LiveChat,
      variables: () => ({ id }),
      onMessage: ({ chat }) => tail.add(chat),
      onResumed: (lostAt) => tail.addGap(lostAt, Date.now()),
      onProblem: (reason) => {
        tail.addGap(Date.now(), Date.now())
        setProblem(reason)
      },
    })
  }, [socket, tail, id, time])

  useEffect(() => {
    const range = { from: 'now-1h', to: 'now' }
    void client
      .query(ChannelMessages, { id, range, first: 50 }, { requestPolicy: 'network-only' })
      .toPromise()
      .then(({ data }) => tail.begin((data?.channel?.chatMessages.nodes ?? []).toReversed()))
  }, [client, tail, id])

  const again = useCallback(() => {
    setProblem(null)
    setTime((before) => before + 1)
  }, [])
  return { tail, shown, problem, again }
}
