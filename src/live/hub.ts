import { limitConcurrency } from '../lib/concurrency-limit.ts'
import { unavailable } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { ChatFeed, chatTooSlowError, type PublishedChatLine } from './chat-feed.ts'
import { FanOut } from './fan-out.ts'
import { EventLoopBudget, type HubContext, type LiveCounts, RenderCache } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { Journal } from './journal.ts'
import { encodeJournalCursor } from './journal-cursor.ts'
import type { MessageSink, Renderer, RenderScope, Subscription } from './message.ts'
import { raceTimeout } from './race-timeout.ts'
import { RecentItems } from './recent-items.ts'
import { backfillStatus, changeMessage, type JournalPosition, type ResumePoint } from './status-backfill.ts'
import type { StatusSource } from './status-source.ts'
import type { Subscriber } from './subscriber.ts'
import { ViewerFeed } from './viewer-feed.ts'

/** The feed and the interest of a subscription. */
export type LiveRequest =
  | { readonly feed: 'status'; readonly interest: Interest; readonly after: ResumePoint | null }
  | { readonly feed: 'viewers' | 'chat'; readonly interest: Interest }

/** Numbers for metrics. */
type LiveStats = LiveCounts & {
  subscribers: { status: number; viewers: number; chat: number }
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
  subscribe(request: LiveRequest, renderer: Renderer, sink: MessageSink, signal: AbortSignal): Subscription
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
  log: Log
  /** Events, samples and chat messages kept for subscribers who are behind. */
  capacity?: { status: number; viewers: number; chat?: number }
}

/** How long a render scope lasts at most. */
const scopeMs = 1_000
/** How many statements run at once for beginning subscriptions; the rest of the pool is for others. */
const concurrentStarts = 4

/** One subscription of a caller; after the journal was replaced it gets another subscriber. */
type Open = {
  readonly request: LiveRequest
  readonly since: number
  subscriber: Subscriber
  starting: Promise<void>
  /** Removes its listener from the signal. */
  forget(): void
}

/** Makes a hub that follows the journal from now on. */
export const createHub = (options: HubOptions): Hub => {
  const { journal, log } = options
  const capacity = { status: 4_096, viewers: 16_384, chat: 4_096, ...options.capacity }
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
    }
  }
  const counts: LiveCounts = { messages: 0, gaps: 0 }
  const open = new Set<Open>()
  const subscribers = { status: 0, viewers: 0, chat: 0 }
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
    gap: (_, after, through) => ({
      kind: 'StatusGap',
      after: encodeJournalCursor(knownEpoch(), after),
      cursor: encodeJournalCursor(knownEpoch(), through),
      reason: 'The subscriber did not keep up: subscribe again with after to get what is missing.',
    }),
  }
  const newStatusFanOut = (head: number): FanOut =>
    new FanOut(new RecentItems(capacity.status, { coalescing: false, head }), context)
  let status = newStatusFanOut(0)
  const viewers = new FanOut(new RecentItems(capacity.viewers, { coalescing: true, head: 0 }), context)
  const viewerFeed = new ViewerFeed(viewers, options.source, log)
  const chat = new ChatFeed(capacity.chat, context, (subscriber) => {
    const subscription = open.values().find((candidate) => candidate.subscriber === subscriber)
    if (subscription) end(subscription, chatTooSlowError)
  })
  const journalPosition = (): JournalPosition => ({ epoch: knownEpoch(), position: status.feed.head })
  const fanOutOf = ({ feed }: LiveRequest): FanOut =>
    feed === 'status' ? status : feed === 'viewers' ? viewers : chat.fanOut

  /** Ends a subscription: after its signal, after an error, or with the hub. */
  const end = (subscription: Open, error?: unknown): void => {
    if (!open.delete(subscription)) return
    subscription.forget()
    subscribers[subscription.request.feed]--
    fanOutOf(subscription.request).leave(subscription.subscriber)
    subscription.subscriber.sink.end(error)
  }

  const start = async (subscription: Open, subscriber: Subscriber, after: ResumePoint | null): Promise<void> => {
    if (subscriber.closed) return
    if (subscription.request.feed !== 'status') return void subscriber.release(fanOutOf(subscription.request).feed.head)
    try {
      await backfillStatus(subscriber, after, sourceFor(subscriber), journalPosition)
    } catch (error) {
      if (!subscriber.closed) end(subscription, error)
    }
  }

  /** After the journal was replaced, no subscription can go on, so each begins again. */
  const startAgain = (subscription: Open, lost: string): void => {
    const { delivered, group, sink } = subscription.subscriber
    const text = encodeJournalCursor(lost, delivered)
    const requested = subscription.request.feed === 'status' ? subscription.request.after : null
    const after = delivered === 0 ? requested : { text, cursor: { epoch: lost, id: BigInt(delivered) } }
    subscription.subscriber.close()
    subscription.subscriber = status.join(subscription.request.interest, group.renderer, sink)
    subscription.starting = start(subscription, subscription.subscriber, after)
  }

  journal.follow({
    begin(at) {
      const lost = epoch
      epoch = at.epoch
      status = newStatusFanOut(at.head)
      begun.resolve()
      if (lost !== undefined)
        for (const subscription of open) if (subscription.request.feed === 'status') startAgain(subscription, lost)
    },
    async events(events) {
      scope = undefined
      status.push(
        events.map((journalEvent) => ({
          seq: Number(journalEvent.event.id),
          channelId: Number(journalEvent.event.channelId),
          platform: journalEvent.channel.platform,
          message: changeMessage(knownEpoch(), journalEvent),
        })),
      )
      // Without waiting, the feed would drop items that groups have not read. A group that can not catch up gets a gap.
      await status.caughtUp(capacity.status / 2, stopped.promise)
    },
    viewers(payload) {
      viewerFeed.take(payload)
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
      const cancel = () => end(subscription, signal.reason)
      const subscription: Open = {
        request,
        since: performance.now(),
        subscriber,
        starting: Promise.resolve(),
        forget: () => signal.removeEventListener('abort', cancel),
      }
      signal.addEventListener('abort', cancel)
      open.add(subscription)
      subscribers[request.feed]++
      // It starts after this turn, when the caller has connected the sink.
      const after = request.feed === 'status' ? request.after : null
      subscription.starting = Promise.resolve().then(() => start(subscription, subscriber, after))
      return { resume: () => subscription.subscriber.resume() }
    },
    publishChat: (lines) => chat.publish(lines, stopped.promise),
    endChat(error, instant) {
      for (const subscription of [...open])
        if (subscription.request.feed === 'chat' && subscription.since < instant) end(subscription, error)
    },
    cursorOf: (eventId) => encodeJournalCursor(knownEpoch(), eventId),
    async opened(withinMs) {
      await raceTimeout(withinMs, begun.promise)
      knownEpoch()
    },
    stats() {
      const [a, b, c] = [status.stats, viewers.stats, chat.fanOut.stats]
      return {
        ...counts,
        subscribers: { ...subscribers },
        groups: a.groups + b.groups + c.groups,
        audiences: a.audiences + b.audiences + c.audiences,
      }
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
