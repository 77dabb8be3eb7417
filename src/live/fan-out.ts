import { ChannelIndex } from './channel-index.ts'
import type { HubContext } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { MessageSink } from './message-sink.ts'
import { raceTimeout } from './race-timeout.ts'
import type { FeedItem, RecentItems } from './recent-items.ts'
import type { Renderer } from './renderer.ts'
import { SelectionGroup } from './selection-group.ts'
import { Subscriber } from './subscriber.ts'

/** How long a feed waits for lanes that are far behind. */
const patienceMs = 10_000

/** A feed and everyone who follows it, in lanes by what they want to see. */
export class FanOut {
  readonly feed: RecentItems
  readonly #tools: HubContext
  readonly #lanes = new Map<string, SelectionGroup>()
  readonly #index = new ChannelIndex<SelectionGroup>()

  constructor(feed: RecentItems, tools: HubContext) {
    this.feed = feed
    this.#tools = tools
  }

  /** Adds a subscriber, held until it is released. */
  join(interest: Interest, shape: Renderer, sink: MessageSink): Subscriber {
    let lane = this.#lanes.get(shape.key)
    if (!lane) {
      lane = new SelectionGroup(shape, this.feed, this.#tools)
      this.#lanes.set(shape.key, lane)
    }
    this.#index.add(interest, lane)
    return new Subscriber(interest, lane, sink, this.#tools)
  }

  leave(subscriber: Subscriber): void {
    if (subscriber.closed) return
    const { interest, group: lane } = subscriber
    subscriber.close()
    this.#index.remove(interest, lane)
    if (lane.audiences === 0) this.#lanes.delete(lane.renderer.key)
  }

  /** Adds items in order and wakes those whom they concern. */
  push(items: readonly FeedItem[]): void {
    for (const item of items) this.feed.push(item)
    for (const { channelId, platform, seq } of items) this.#index.each(channelId, platform, (lane) => lane.wake(seq))
  }

  /** Whether anyone wants to know about the channel. */
  wants(channelId: number): boolean {
    return this.#index.concerns(channelId)
  }

  /** Resolves when no lane has more than `items` of the feed before it, after ten seconds or with `given`, whatever is first. */
  async caughtUp(items: number, given: Promise<void>): Promise<void> {
    if (this.feed.length <= items) return
    const slow = [...this.#lanes.values()].filter((lane) => lane.lag > items)
    if (slow.length > 0) await raceTimeout(patienceMs, Promise.all(slow.map((lane) => lane.idle)), given)
  }

  get stats(): { groups: number; audiences: number } {
    let audiences = 0
    for (const lane of this.#lanes.values()) audiences += lane.audiences
    return { groups: this.#lanes.size, audiences }
  }
}
