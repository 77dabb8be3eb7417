import type { Config } from '../config/config.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { PublishedChatLine } from '../live/chat-feed.ts'
import { type ChatRelay, startChatRelay } from '../live/chat-relay.ts'
import type { PageCursors } from '../resolvers/page-cursor.ts'

/** The way of live chat to the other nodes: over Redis where it is set up, else there is none. */
export type ChatSharing = AsyncDisposable & {
  publish(lines: readonly PublishedChatLine[]): void
  readonly metrics: readonly MetricSource[]
}

export type ChatSharingOptions = {
  config: Pick<Config, 'redisUrl' | 'environment'>
  cursors: PageCursors
  /** Told of lines from other nodes; resolves when they are told. */
  tell: (lines: readonly PublishedChatLine[]) => Promise<void>
  /** Told that subscribers who are there since before an instant of the monotonic clock may have missed lines of other nodes. */
  missed: (instant: number) => void
  log: Log
}

/** Changes with the form of the notices, so that nodes of two versions leave each other alone. */
const version = 2

const relayMetrics = (relay: ChatRelay): MetricSource[] => [
  {
    name: 'chat_relay_connected',
    help: 'Whether live chat is shared with the other nodes: 1 or 0.',
    kind: 'gauge',
    read: () => Number(relay.stats().connected),
  },
  {
    name: 'chat_relay_lines_total',
    help: 'Lines of live chat by result: shared with other nodes, or dropped because Redis or our subscribers were too slow.',
    kind: 'counter',
    labels: ['result'],
    read: () => {
      const { sent, received, dropped } = relay.stats()
      return Object.entries({ sent, received, dropped }).map(([result, value]) => ({ labels: { result }, value }))
    },
  },
  {
    name: 'chat_relay_missed_notices_total',
    help: 'Batches of lines of other nodes that did not arrive.',
    kind: 'counter',
    read: () => relay.stats().missed,
  },
]

/** Starts to share; nodes of one environment of one database hear each other, whoever else uses the same Redis. */
export const startChatSharing = ({ config, cursors, tell, missed, log }: ChatSharingOptions): ChatSharing => {
  const { redisUrl, environment } = config
  if (redisUrl === undefined) return { publish: () => undefined, metrics: [], [Symbol.asyncDispose]: async () => {} }
  const channel = async () => `channelscope:chat:${version}:${environment}:${(await cursors.known()).epoch}`
  const relay = startChatRelay({ url: redisUrl, channel, tell, missed, log })
  return {
    publish: relay.publish,
    metrics: relayMetrics(relay),
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  }
}
