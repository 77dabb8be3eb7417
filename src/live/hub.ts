import { limitConcurrency } from '../lib/concurrency-limit.ts'
import { unavailable } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { channelDeletedError } from './channel-deleted.ts'
import { type ChapterSource, detailEpoch } from './chapter-source.ts'
import { ChatFeed, chatTooSlowError, type PublishedChatLine } from './chat-feed.ts'
import { FanOut } from './fan-out.ts'
import { EventLoopBudget, type HubContext, type LiveCounts, RenderCache } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { Journal } from './journal.ts'
import { encodeJournalCursor } from './journal-cursor.ts'
import { backfill, type FollowedLog, type ResumePoint } from './log-backfill.ts'
import type { EndSignal, MessageSink, Renderer, RenderScope, StatusGap, Subscription } from './message.ts'
import { type FeedName, OpenSubscription } from './open-subscription.ts'
import { raceTimeout } from './race-timeout.ts'
import { RecentItems } from './recent-items.ts'
import { feedItem, journalLog } from './status-backfill.ts'
import type { StatusSource } from './status-source.ts'
import type { Subscriber } from './subscriber.ts'
import { ViewerFeed } from './viewer-feed.ts'

/** The feed and the interest of a subscription. */
export type LiveRequest =
  | { readonly feed: 'status' | 'chapters'; readonly interest: Interest; readonly after: ResumePoint | null }
  | { readonly feed: 'viewers' | 'chat'; readonly interest: Interest }

/** Numbers for metrics. */
type LiveStats = LiveCounts & {
  subscribers: { status: number; chapters: number; viewers: number; chat: number }
  /** Different selections, and different sets of channels, now open. */
  groups: number
  audiences: number
}

/** Accepts subscriptions and pushes messages to them. */
export type Hub = {
  /**
   * Begins a subscription, whose messages go to the sink. It lasts until `signal` aborts, and does not begin when that has
   * happened already. UNAVAILABLE before the journal was first reached.
   */
  subscribe(request: LiveRequest, renderer: Renderer, sink: MessageSink, signal: EndSignal): Subscription
  /** Sends lines in this order; resolves when subscribers who keep up have them, so that nothing piles up. */
  publishChat(lines: readonly PublishedChatLine[]): Promise<void>
  /** Ends subscriptions to chat from before `instant`, of the monotonic clock, with the error: lines were lost on their way here. */
  endChat(error: Error, instant: number): void
  /** The cursor of an event; UNAVAILABLE before the journal was first reached. */
  cursorOf(eventId: bigint): string
  /** Resolves when the journal was first reached; UNAVAILABLE when that takes longer than the given time. */
  opened(withinMs: number): Promise<void>
  stats(): LiveStats
  [Symbol.asyncDispose](): Promise<void>
}

export type HubOptions = {
  journal: Journal
  source: StatusSource
  chapters: ChapterSource
  log: Log
  /** Events, samples and chat messages kept for subscribers who are behind. */
  capacity?: { status: number; viewers: number; chapters?: number; chat?: number }
}

/** How long a render scope lasts at most. */
const scopeMs = 1_000
/** How many statements run at once for beginning subscriptions; the rest of the pool is for others. */
const concurrentStarts = 4

const gapBetween = (epoch: string, after: number, through: number): StatusGap => ({
  kind: 'StatusGap',
  after: encodeJournalCursor(epoch, after),
  cursor: encodeJournalCursor(epoch, through),
  reason: 'The subscriber did not keep up: subscribe again with after to get what is missing.',
})

/** Makes a hub that follows the journal from now on. */
export const createHub = (options: HubOptions): Hub => {
  const { journal, log } = options
  const capacity = { status: 4_096, chapters: 4_096, viewers: 16_384, chat: 4_096, ...options.capacity }
  const starts = limitConcurrency({ slots: concurrentStarts })
  const limited = <T>(read: () => Promise<T>, isWanted: () => boolean): Promise<T> =>
    starts.run(async () => {
      if (!isWanted()) throw new Error('Nobody waits for it any more.')
      return read()
    })
  /** The database for a beginning subscription: it waits for its turn, and reads nothing when nobody waits for it by then. */
  const sourceFor = (subscriber: Subscriber): StatusSource => {
    const { source } = options
    const isOpen = () => !subscriber.closed
    const hasAudience = () => subscriber.audience.subscribers.size > 0
    return {
      ...source,
      readEvents: (...args) => limited(() => source.readEvents(...args), isOpen),
      readChannels: (...args) => limited(() => source.readChannels(...args), hasAudience),
      readSightings: (...args) => limited(() => source.readSightings(...args), hasAudience),
      readChannelsById: (...args) => limited(() => source.readChannelsById(...args), hasAudience),
    }
  }
  const counts: LiveCounts = { messages: 0, gaps: 0 }
  const open = new Set<OpenSubscription>()
  const subscribers = { status: 0, chapters: 0, viewers: 0, chat: 0 }
  const begun = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  let scope: { since: number; value: RenderScope } | undefined
  let epoch: string | undefined

  const knownEpoch = (): string => {
    if (epoch === undefined) throw unavailable('Live status is not available yet.')
    return epoch
  }
  const context: HubContext = {
    budget: new EventLoopBudget(),
    cache: new RenderCache(),
    counts,
    log,
    scope() {
      const now = performance.now()
      if (!scope || now - scope.since > scopeMs) scope = { since: now, value: {} }
      return scope.value
    },
    gap: (_, after, through) => gapBetween(knownEpoch(), after, through),
  }
  const chapterContext: HubContext = {
    ...context,
    gap: (_, after, through) => gapBetween(detailEpoch(knownEpoch()), after, through),
  }
  const newFanOut = (items: number, head: number, of = context): FanOut =>
    new FanOut(new RecentItems(items, { coalescing: false, head }), of)
  let status = newFanOut(capacity.status, 0)
  let chapters = newFanOut(capacity.chapters, 0, chapterContext)
  const viewers = new FanOut(new RecentItems(capacity.viewers, { coalescing: true, head: 0 }), context)
  const viewerFeed = new ViewerFeed(viewers, options.source, log)
  const chat = new ChatFeed(capacity.chat, context, (subscriber) => {
    const subscription = open.values().find((candidate) => candidate.subscriber === subscriber)
    if (subscription) end(subscription, chatTooSlowError)
  })
  const fanOutOf = ({ feed }: { feed: FeedName }): FanOut => ({ status, chapters, viewers, chat: chat.fanOut })[feed]
  /** The log in which a subscription begins and goes on; null for feeds of the moment. */
  const logOf = (feed: FeedName, subscriber: Subscriber): FollowedLog | null => {
    if (feed === 'status')
      return journalLog(sourceFor(subscriber), () => ({ epoch: knownEpoch(), position: status.feed.head }))
    if (feed !== 'chapters') return null
    const position = () => ({ epoch: detailEpoch(knownEpoch()), position: chapters.feed.head })
    return {
      position,
      read: ({ interest }, after, through) =>
        limited(
          () => options.chapters(interest, after, through, knownEpoch()),
          () => !subscriber.closed,
        ),
      // Sessions have their chapters: whoever does not go on from a cursor gets what changes from now on.
      first: async (_, at) => ({ through: at.position }),
    }
  }

  /** Ends a subscription: after its signal, after an error, or with the hub. */
  const end = (subscription: OpenSubscription, error?: unknown): void => {
    if (!open.delete(subscription)) return
    subscription.forget()
    subscribers[subscription.feed]--
    fanOutOf(subscription).leave(subscription.subscriber)
    subscription.subscriber.sink.end(error)
  }

  const start = async (
    subscription: OpenSubscription,
    subscriber: Subscriber,
    after: ResumePoint | null,
  ): Promise<void> => {
    if (subscriber.closed) return
    const log = logOf(subscription.feed, subscriber)
    if (subscription.feed === 'chat') return void subscriber.release(chat.fanOut.feed.head)
    try {
      if (log) await backfill(subscriber, after, log)
      else await viewerFeed.begin(subscriber, sourceFor(subscriber))
    } catch (error) {
      if (!subscriber.closed) end(subscription, error)
    }
  }

  /** After the journal was replaced, no subscription can go on, so each begins again. */
  const startAgain = (subscription: OpenSubscription, lost: string): void => {
    const { delivered, interest, group, sink } = subscription.subscriber
    const epoch = subscription.feed === 'chapters' ? detailEpoch(lost) : lost
    const text = encodeJournalCursor(epoch, delivered)
    const after = delivered === 0 ? subscription.after : { text, cursor: { epoch, id: BigInt(delivered) } }
    subscription.subscriber.close()
    subscription.subscriber = fanOutOf(subscription).join(interest, group.renderer, sink)
    subscription.starting = start(subscription, subscription.subscriber, after)
  }

  journal.follow({
    begin(at) {
      const lost = epoch
      epoch = at.epoch
      status = newFanOut(capacity.status, at.head)
      chapters = newFanOut(capacity.chapters, at.details, chapterContext)
      begun.resolve()
      if (lost !== undefined)
        for (const subscription of open)
          if (subscription.feed === 'status' || subscription.feed === 'chapters') startAgain(subscription, lost)
    },
    async chapters(items) {
      scope = undefined
      chapters.push(items)
      await chapters.caughtUp(capacity.chapters / 2, stopped.promise)
    },
    async events(events) {
      scope = undefined
      status.push(events.map((event) => feedItem(knownEpoch(), event)))
      // Without waiting, the feed would drop items that groups have not read. A group that can not catch up gets a gap.
      await status.caughtUp(capacity.status / 2, stopped.promise)
    },
    viewers(payload) {
      viewerFeed.take(payload)
    },
    deleted(channelId) {
      // Nothing more would ever come. Whoever asked for all channels, or for those of a platform, goes on with the others.
      for (const subscription of [...open])
        if (subscription.subscriber.interest.channels?.has(channelId)) end(subscription, channelDeletedError)
    },
  })

  return {
    subscribe(request, renderer, sink, signal) {
      knownEpoch()
      if (signal.aborted) {
        sink.end(signal.reason)
        return { resume: () => undefined }
      }
      const subscriber = fanOutOf(request).join(request.interest, renderer, sink)
      const after = 'after' in request ? request.after : null
      const subscription = new OpenSubscription(request.feed, after, subscriber, signal, end)
      open.add(subscription)
      subscribers[request.feed]++
      // It starts after this turn, when the caller has connected the sink.
      subscription.starting = Promise.resolve().then(() => start(subscription, subscriber, after))
      return subscription
    },
    publishChat: (lines) => chat.publish(lines, stopped.promise),
    endChat(error, instant) {
      for (const subscription of [...open])
        if (subscription.feed === 'chat' && subscription.since < instant) end(subscription, error)
    },
    cursorOf: (eventId) => encodeJournalCursor(knownEpoch(), eventId),
    async opened(withinMs) {
      if (epoch === undefined) await raceTimeout(withinMs, begun.promise)
      knownEpoch()
    },
    stats() {
      const all = [status, chapters, viewers, chat.fanOut].map(({ stats }) => stats)
      const sum = (of: 'groups' | 'audiences') => all.reduce((total, stats) => total + stats[of], 0)
      return { ...counts, subscribers: { ...subscribers }, groups: sum('groups'), audiences: sum('audiences') }
    },
    async [Symbol.asyncDispose]() {
      stopped.resolve()
      await journal[Symbol.asyncDispose]()
      const ended = [...open]
      for (const subscription of ended) end(subscription)
      await Promise.all([viewerFeed.stop(), chat.idle, ...ended.map(({ starting }) => starting)])
    },
  }
}
