import type { ResumePoint } from './log-backfill.ts'
import type { EndListener, EndSignal, Subscription } from './message.ts'
import type { Subscriber } from './subscriber.ts'

/** What subscribers are told of. */
export type FeedName = 'status' | 'chapters' | 'viewers' | 'chat'

type End = (subscription: OpenSubscription, error?: unknown) => void

/** Nothing is on its way. */
const nothing: Promise<void> = Promise.resolve()

/**
 * One subscription of a caller; after the journal was replaced it gets another subscriber. It keeps nothing of the request that all who
 * ask for the same have alike.
 */
export class OpenSubscription implements Subscription, EndListener {
  readonly feed: FeedName
  /** Where its caller wants to go on; null for one who begins. */
  readonly after: ResumePoint | null
  readonly since = performance.now()
  subscriber: Subscriber
  #starting = nothing
  readonly #signal: EndSignal
  readonly #end: End

  /** It calls `end` when the signal aborts. */
  constructor(feed: FeedName, after: ResumePoint | null, subscriber: Subscriber, signal: EndSignal, end: End) {
    this.feed = feed
    this.after = after
    this.subscriber = subscriber
    this.#signal = signal
    this.#end = end
    signal.addEventListener('abort', this)
  }

  /** Resolves when what comes before live messages was sent, or is not wanted any more. */
  get starting(): Promise<void> {
    return this.#starting
  }

  set starting(work: Promise<void>) {
    const started = work.then(() => {
      if (this.#starting === started) this.#starting = nothing
    })
    this.#starting = started
  }

  resume(): void {
    this.subscriber.resume()
  }

  handleEvent(): void {
    this.#end(this, this.#signal.reason)
  }

  /** Does not listen to the signal any more. */
  forget(): void {
    this.#signal.removeEventListener('abort', this)
  }
}
