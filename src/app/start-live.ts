import type { Config } from '../config/config.ts'
import type { Log } from '../lib/log.ts'
import { counter, gauge, type MetricSource, metricsPer } from '../lib/metric.ts'
import { createChapterSource } from '../live/chapter-source.ts'
import { chatLostError, type PublishedChatLine } from '../live/chat-feed.ts'
import { type ChatRelay, type ChatRelayOptions, startChatRelay } from '../live/chat-relay.ts'
import { createHub, type Hub, type HubOptions } from '../live/hub.ts'
import { createJournal, type Journal } from '../live/journal.ts'
import { createStatusSource } from '../live/status-source.ts'
import type { PageCursors } from '../resolvers/page-cursor.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

export type LiveOptions = {
  config: Pick<Config, 'redisUrl' | 'tier'>
  db: Postgres
  cursors: PageCursors
  log: Log
  /** That of the database, unless another one is followed. */
  journal?: Journal
  capacity?: HubOptions['capacity']
}

/** What is pushed to subscribers, and where it comes from. Disposing ends every subscription. */
export type Live = AsyncDisposable & {
  readonly hub: Hub
  readonly journal: Journal
  /** Tells subscribers here and on the other nodes what was said. */
  publishChat(lines: readonly PublishedChatLine[]): void
  readonly metrics: readonly MetricSource[]
}

/** Changes with the form of the notices, so that nodes of two versions leave each other alone. */
const version = 2

const relayMetrics = ({ stats }: ChatRelay): MetricSource[] => {
  const lines = () => {
    const { sent, received, dropped } = stats()
    return Object.entries({ sent, received, dropped })
  }
  return [
    gauge('chat_relay_connected', 'Whether live chat is shared with the other nodes: 1 or 0.', () =>
      Number(stats().connected),
    ),
    metricsPer('result', lines).counter(
      'chat_relay_lines_total',
      'Lines of live chat by result: shared with other nodes, or dropped because Redis or our subscribers were too slow.',
      (count) => count,
    ),
    counter(
      'chat_relay_missed_notices_total',
      'Batches of lines of other nodes that did not arrive.',
      () => stats().missed,
    ),
  ]
}

const liveMetrics = (hub: Hub, journal: Journal): MetricSource[] => [
  metricsPer('feed', () => Object.entries(hub.stats().subscribers)).gauge(
    'live_subscribers',
    'Open subscriptions.',
    (count) => count,
  ),
  gauge('live_groups', 'Different selections among open subscriptions.', () => hub.stats().groups),
  gauge('live_audiences', 'Different sets of channels among open subscriptions.', () => hub.stats().audiences),
  counter('live_messages_total', 'Messages sent to subscribers.', () => hub.stats().messages),
  counter('live_queue_drops_total', 'Gaps sent to subscribers who fell behind.', () => hub.stats().gaps),
  gauge('live_journal_connected', 'Whether the journal is followed by notification: 1 or 0.', () =>
    Number(journal.health().connected),
  ),
  gauge(
    'live_journal_lag_seconds',
    'Time since the journal was last read to its end; a few seconds when all is well.',
    () => {
      const { lastReadMs } = journal.health()
      return lastReadMs === null ? null : lastReadMs / 1_000
    },
  ),
]

/** Shares what is said with the subscribers of the other nodes that use the same channel of Redis. */
export const startChatSharing = ({ hub, ...options }: Omit<ChatRelayOptions, 'deliver' | 'missed'> & { hub: Hub }) => {
  const relay = startChatRelay({
    ...options,
    deliver: (lines) => hub.publishChat(lines),
    missed: (instant) => hub.endChat(chatLostError, instant),
  })
  return {
    relay,
    publish(lines: readonly PublishedChatLine[]): void {
      void hub.publishChat(lines)
      relay.publish(lines)
    },
  }
}

/** Follows the journal. Nodes of one tier of one database share chat, whoever else uses the same Redis. */
export const startLive = ({ config, db, cursors, log, capacity, ...parts }: LiveOptions): Live => {
  const { redisUrl, tier } = config
  const running = new AsyncDisposableStack()
  const journal = parts.journal ?? createJournal({ postgres: db, log })
  const source = createStatusSource(db.query)
  const hub = running.use(createHub({ journal, source, chapters: createChapterSource(db.query), log, capacity }))
  const channel = async () => `channelscope:chat:${version}:${tier}:${(await cursors.known()).epoch}`
  const sharing = redisUrl === undefined ? undefined : startChatSharing({ hub, url: redisUrl, channel, log })
  if (sharing) running.use(sharing.relay)
  return {
    hub,
    journal,
    publishChat: sharing?.publish ?? ((lines) => void hub.publishChat(lines)),
    metrics: [...liveMetrics(hub, journal), ...(sharing ? relayMetrics(sharing.relay) : [])],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
