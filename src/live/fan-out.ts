import { ChannelIndex } from './channel-index.ts'
import type { HubContext } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { MessageSink, Renderer } from './message.ts'
import { raceTimeout } from './race-timeout.ts'
import type { FeedItem, RecentItems } from './recent-items.ts'
import { SelectionGroup } from './selection-group.ts'
import { Subscriber } from './subscriber.ts'

/** How long a feed waits for selection groups that are far behind. */
const maxCatchUpMs = 10_000

/** A feed and its subscribers, in selection groups. */
export class FanOut {
  readonly feed: RecentItems
  readonly #context: HubContext
  readonly #groups = new Map<string, SelectionGroup>()
  readonly #index = new ChannelIndex<SelectionGroup>()

  constructor(feed: RecentItems, context: HubContext) {
    this.feed = feed
    this.#context = context
  }

  /** Adds a subscriber, held until it is released. */
  join(interest: Interest, renderer: Renderer, sink: MessageSink): Subscriber {
    let group = this.#groups.get(renderer.key)
    if (!group) {
      group = new SelectionGroup(renderer, this.feed, this.#context)
      this.#groups.set(renderer.key, group)
    }
    this.#index.add(interest, group)
    return new Subscriber(interest, group, sink)
  }

  leave(subscriber: Subscriber): void {
    if (subscriber.closed) return
    const { interest, group } = subscriber
    subscriber.close()
    this.#index.remove(interest, group)
    if (group.audiences === 0) this.#groups.delete(group.renderer.key)
  }

  /** Adds items in order and wakes the groups that are interested in them. */
  push(items: readonly FeedItem[]): void {
    for (const item of items) this.feed.push(item)
    for (const { channelId, platform, seq } of items) this.#index.each(channelId, platform, (group) => group.wake(seq))
  }

  /** Whether a subscriber is interested in the channel. */
  wants(channelId: number): boolean {
    return this.#index.concerns(channelId)
  }

  /** Resolves when no group is more than `items` behind, after ten seconds, or with `given`, whichever is first. */
  async caughtUp(items: number, given: Promise<void>): Promise<void> {
    if (this.feed.length <= items) return
    const slow = [...this.#groups.values()].filter((group) => group.lag > items)
    if (slow.length > 0) await raceTimeout(maxCatchUpMs, Promise.all(slow.map((group) => group.idle)), given)
  }

  get stats(): { groups: number; audiences: number } {
    let audiences = 0
    for (const group of this.#groups.values()) audiences += group.audiences
    return { groups: this.#groups.size, audiences }
  }
}
