import { ChannelIndex } from './channel-index.ts'
import type { GroupMember, HubContext } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { Body, Renderer } from './message.ts'
import type { FeedItem, RecentItems } from './recent-items.ts'
import { SharedSnapshot } from './shared-snapshot.ts'

/** Subscribers of one selection group with the same interest. */
export type Audience = {
  readonly group: SelectionGroup
  readonly interest: Interest
  readonly subscribers: Set<GroupMember>
  readonly snapshot: SharedSnapshot
}

/** How many items are rendered and handed over together. */
const sliceSize = 64

let groupCount = 0

/** The subscribers of one feed with the same renderer: each item is rendered once for all of them. */
export class SelectionGroup {
  readonly renderer: Renderer
  readonly feed: RecentItems
  readonly context: HubContext
  /** Identifies the group in the cache, also against an earlier group with the same renderer. */
  readonly #number = ++groupCount
  readonly #audiences = new Map<string, Audience>()
  readonly #index = new ChannelIndex<Audience>()
  /** The first item that was perhaps not handed over; null when there is none. */
  #owed: number | null = null
  #running = false
  #run: Promise<void> = Promise.resolve()

  constructor(renderer: Renderer, feed: RecentItems, context: HubContext) {
    this.renderer = renderer
    this.feed = feed
    this.context = context
  }

  /** How many different interests there are. */
  get audiences(): number {
    return this.#audiences.size
  }

  /** How many items of the feed it is behind. */
  get lag(): number {
    return this.#owed === null ? 0 : this.feed.lag(this.#owed)
  }

  /** Resolves when it has reached the end of the feed. */
  get idle(): Promise<void> {
    return this.#run
  }

  join(interest: Interest, subscriber: GroupMember): Audience {
    let audience = this.#audiences.get(interest.key)
    if (!audience) {
      audience = { group: this, interest, subscribers: new Set(), snapshot: new SharedSnapshot() }
      this.#audiences.set(interest.key, audience)
      this.#index.add(interest, audience)
    }
    audience.subscribers.add(subscriber)
    return audience
  }

  leave(audience: Audience, subscriber: GroupMember): void {
    audience.subscribers.delete(subscriber)
    if (audience.subscribers.size > 0) return
    this.#audiences.delete(audience.interest.key)
    this.#index.remove(audience.interest, audience)
  }

  /** To be called for an item with this number that a subscriber here is interested in. */
  wake(seq: number): void {
    this.#owed ??= seq
    if (!this.#running) this.#run = this.#catchUp()
  }

  /** The bodies of these items, in order; cached ones are not rendered again. */
  async bodies(items: readonly FeedItem[]): Promise<Body[]> {
    const { cache, budget } = this.context
    // Groups that are woken together must not all render at once, because bodies that wait take memory.
    while (budget.spent) await budget.next()
    const scope = this.context.scope()
    const bodies = items.map((item) => {
      const known = cache.get(this.#key(item))
      if (known) return known
      budget.spend(1)
      return this.renderer.render(item.message, scope)
    })
    return Promise.all(bodies)
  }

  /** Keeps bodies for subscribers that are behind. */
  cacheBodies(items: readonly FeedItem[], bodies: readonly Body[]): void {
    for (const [i, item] of items.entries()) this.context.cache.set(this.#key(item), bodies[i]!)
  }

  #key({ seq }: FeedItem): string {
    return `${this.#number}:${seq}`
  }

  async #catchUp(): Promise<void> {
    this.#running = true
    while (this.#owed !== null) {
      if (this.feed.lost(this.#owed)) {
        const from = this.#owed
        this.#owed = null
        for (const { subscribers } of this.#audiences.values()) for (const one of subscribers) one.catchUpFrom(from)
        break
      }
      const items = this.feed.read(this.#owed, sliceSize)
      if (items.length === 0) {
        this.#owed = null
        break
      }
      await this.#handOver(items)
      this.#owed = items.at(-1)!.seq + 1
    }
    this.#running = false
  }

  async #handOver(slice: readonly FeedItem[]): Promise<void> {
    const perAudience = new Map<Audience, FeedItem[]>()
    for (const item of slice) {
      this.#index.each(item.channelId, item.platform, (audience) => {
        const items = perAudience.get(audience)
        if (items) items.push(item)
        else perAudience.set(audience, [item])
      })
    }
    const wanted = new Set<FeedItem>()
    for (const [audience, items] of perAudience) {
      if (audience.subscribers.values().some((subscriber) => subscriber.ready))
        for (const item of items) wanted.add(item)
      else {
        // No subscriber would take the items now. They are rendered when one does.
        for (const subscriber of audience.subscribers) subscriber.markMissed(items)
        perAudience.delete(audience)
      }
    }
    if (wanted.size === 0) return
    const rendered = [...wanted]
    const bodies = await this.bodies(rendered)
    const bodyOf = new Map(rendered.map((item, i) => [item, bodies[i]!]))
    let behind = false
    const { budget } = this.context
    for (const [audience, items] of perAudience) {
      const theirs = items.map((item) => bodyOf.get(item)!)
      for (const subscriber of audience.subscribers) {
        while (budget.spent) await budget.next()
        budget.spend(1)
        subscriber.offer(items, theirs)
        behind ||= !subscriber.ready
      }
    }
    if (behind) this.cacheBodies(rendered, bodies)
  }
}
