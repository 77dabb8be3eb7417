import { limitConcurrency } from '../lib/concurrency-limit.ts'
import { unavailable } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { ChatFeed, chatTooSlowError, type PublishedChatLine } from './chat-feed.ts'
import { EventLoopBudget } from './event-loop-budget.ts'
import { FanOut } from './fan-out.ts'
import type { HubContext, LiveCounts } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { Journal } from './journal.ts'
import { encodeJournalCursor } from './journal-cursor.ts'
import type { MessageSink, Subscription } from './message-sink.ts'
import { raceTimeout } from './race-timeout.ts'
import { RecentItems } from './recent-items.ts'
import { RenderCache } from './render-cache.ts'
import type { Renderer, RenderScope } from './renderer.ts'
import { backfillStatus, changeMessage, type JournalPosition, type ResumePoint } from './status-backfill.ts'
import type { StatusSource } from './status-source.ts'
import type { Subscriber } from './subscriber.ts'
import { ViewerFeed } from './viewer-feed.ts'

/** What a subscription wants to be told. */
export type LiveRequest =
  | { readonly feed: 'status'; readonly interest: Interest; readonly after: ResumePoint | null }
  | { readonly feed: 'viewers' | 'chat'; readonly interest: Interest }

/** Numbers for metrics: what is open now, and what was done since the start. */
type LiveStats = LiveCounts & {
  subscribers: { status: number; viewers: number; chat: number }
  /** Different selections, and different sets of channels, now open. */
  groups: number
  audiences: number
}

/** Tells subscribers what happens. */
export type Hub = {
  /**
   * Begins a subscription; everything it is told goes to the sink. It lasts until `signal` aborts, and does not begin where that
   * has happened already. UNAVAILABLE before the journal was first reached.
   */
  subscribe(request: LiveRequest, shape: Renderer, sink: MessageSink, signal: AbortSignal): Subscription
  /** Tells what was said, in this order; resolves when whoever keeps up has been told, so that nothing piles up. */
  publishChat(lines: readonly PublishedChatLine[]): Promise<void>
  /**
   * Ends, with the error, whoever follows a chat since before `instant`, in milliseconds of the monotonic clock: messages were
   * lost on their way here.
   */
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

/** How long what loaders remember may be shown, when no event makes it old before. */
const scopeMs = 1_000
/** Looks at the database at a time on behalf of subscriptions that begin: the rest of the pool is for everyone else. */
const concurrentStarts = 4

/** One subscription of a caller; after the journal was replaced another subscriber stands in for it. */
type Open = {
  readonly request: LiveRequest
  readonly since: number
  subscriber: Subscriber
  starting: Promise<void>
  /** Lets go of the signal that would end it. */
  forget(): void
}

/** A hub that follows the journal from now on. */
export const createHub = (options: HubOptions): Hub => {
  const { journal, log } = options
  const capacity = { status: 4_096, viewers: 16_384, chat: 4_096, ...options.capacity }
  const starts = limitConcurrency({ slots: concurrentStarts })
  const inTurn = <T>(read: () => Promise<T>, isWanted: () => boolean): Promise<T> =>
    starts.run(async () => {
      if (!isWanted()) throw new Error('Nobody waits for it any more.')
      return read()
    })
  /** The database as a subscription that begins reads it: in its turn, and not at all where nobody waits for it by then. */
  const sourceFor = (subscriber: Subscriber): StatusSource => ({
    ...options.source,
    readEvents: (...args) =>
      inTurn(
        () => options.source.readEvents(...args),
        () => !subscriber.closed,
      ),
    readChannels: (...args) =>
      inTurn(
        () => options.source.readChannels(...args),
        () => subscriber.audience.subscribers.size > 0,
      ),
  })
  const counts: LiveCounts = { messages: 0, gaps: 0 }
  const open = new Set<Open>()
  const subscribers = { status: 0, viewers: 0, chat: 0 }
  const begun = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  let scope: { since: number; value: RenderScope } | undefined
  let epoch: string | undefined

  const known = (): string => {
    if (epoch === undefined) throw unavailable('Live status is not available yet.')
    return epoch
  }
  const tools: HubContext = {
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
      after: encodeJournalCursor(known(), after),
      cursor: encodeJournalCursor(known(), through),
      reason: 'The subscriber did not keep up: subscribe again with after to get what is missing.',
    }),
  }
  const newStatusLanes = (head: number): FanOut =>
    new FanOut(new RecentItems(capacity.status, { coalescing: false, head }), tools)
  let status = newStatusLanes(0)
  const viewers = new FanOut(new RecentItems(capacity.viewers, { coalescing: true, head: 0 }), tools)
  const intake = new ViewerFeed(viewers, options.source, log)
  const chat = new ChatFeed(capacity.chat, tools, (subscriber) => {
    const one = open.values().find((candidate) => candidate.subscriber === subscriber)
    if (one) end(one, chatTooSlowError)
  })
  const place = (): JournalPosition => ({ epoch: known(), position: status.feed.head })
  const lanesOf = ({ feed }: LiveRequest): FanOut =>
    feed === 'status' ? status : feed === 'viewers' ? viewers : chat.fanOut

  /** The one way in which a subscription ends: by its signal, by what goes wrong, or with the hub. */
  const end = (one: Open, error?: unknown): void => {
    if (!open.delete(one)) return
    one.forget()
    subscribers[one.request.feed]--
    lanesOf(one.request).leave(one.subscriber)
    one.subscriber.sink.end(error)
  }

  const start = async (one: Open, subscriber: Subscriber, after: ResumePoint | null): Promise<void> => {
    if (subscriber.closed) return
    if (one.request.feed !== 'status') return void subscriber.release(lanesOf(one.request).feed.head)
    try {
      await backfillStatus(subscriber, after, sourceFor(subscriber), place)
    } catch (error) {
      if (!subscriber.closed) end(one, error)
    }
  }

  /** Nothing before the replacement can be followed by what comes after it: everyone begins again. */
  const startAgain = (one: Open, lost: string): void => {
    const { delivered, group: lane, sink } = one.subscriber
    const text = encodeJournalCursor(lost, delivered)
    const requested = one.request.feed === 'status' ? one.request.after : null
    const after = delivered === 0 ? requested : { text, cursor: { epoch: lost, id: BigInt(delivered) } }
    one.subscriber.close()
    one.subscriber = status.join(one.request.interest, lane.renderer, sink)
    one.starting = start(one, one.subscriber, after)
  }

  journal.follow({
    begin(at) {
      const lost = epoch
      epoch = at.epoch
      status = newStatusLanes(at.head)
      begun.resolve()
      if (lost !== undefined) for (const one of open) if (one.request.feed === 'status') startAgain(one, lost)
    },
    async events(events) {
      scope = undefined
      status.push(
        events.map((one) => ({
          seq: Number(one.event.id),
          channelId: Number(one.event.channelId),
          platform: one.channel.platform,
          message: changeMessage(known(), one),
        })),
      )
      // The feed would drop what lanes have not read; a lane that can not catch up is told a gap in the end.
      await status.caughtUp(capacity.status / 2, stopped.promise)
    },
    viewers(payload) {
      intake.take(payload)
    },
  })

  return {
    subscribe(request, shape, sink, signal) {
      known()
      if (signal.aborted) {
        sink.end(signal.reason)
        return { resume: () => undefined }
      }
      const subscriber = lanesOf(request).join(request.interest, shape, sink)
      const cancel = () => end(one, signal.reason)
      const one: Open = {
        request,
        since: performance.now(),
        subscriber,
        starting: Promise.resolve(),
        forget: () => signal.removeEventListener('abort', cancel),
      }
      signal.addEventListener('abort', cancel)
      open.add(one)
      subscribers[request.feed]++
      // After this turn, so that the caller has connected the sink.
      const after = request.feed === 'status' ? request.after : null
      one.starting = Promise.resolve().then(() => start(one, subscriber, after))
      return { resume: () => one.subscriber.resume() }
    },
    publishChat: (lines) => chat.publish(lines, stopped.promise),
    endChat(error, instant) {
      for (const one of [...open]) if (one.request.feed === 'chat' && one.since < instant) end(one, error)
    },
    cursorOf: (eventId) => encodeJournalCursor(known(), eventId),
    async opened(withinMs) {
      await raceTimeout(withinMs, begun.promise)
      known()
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
      for (const one of ended) end(one)
      await Promise.all([intake.stop(), chat.idle, ...ended.map(({ starting }) => starting)])
    },
  }
}
