import { ChannelIndex } from './channel-index.ts'
import type { GroupMember, HubContext } from './hub-context.ts'
import type { Interest } from './interest.ts'
import type { Body } from './message.ts'
import type { FeedItem, RecentItems } from './recent-items.ts'
import type { Renderer } from './renderer.ts'
import { SharedSnapshot } from './shared-snapshot.ts'

/** Subscribers of one shape that are about the same channels. */
export type Audience = {
  readonly interest: Interest
  readonly subscribers: Set<GroupMember>
  readonly snapshot: SharedSnapshot
}

/** Items rendered and handed over together. */
const sliceSize = 64

let lanesMade = 0

/** Everyone who asked for the same shape of the same feed: each item is rendered once for all of them. */
export class SelectionGroup {
  readonly renderer: Renderer
  readonly feed: RecentItems
  readonly #tools: HubContext
  /** Tells lanes apart in the cache, also from an earlier one of the same shape. */
  readonly #number = ++lanesMade
  readonly #audiences = new Map<string, Audience>()
  readonly #index = new ChannelIndex<Audience>()
  /** The first item that may not have been handed over; null when there is none. */
  #owed: number | null = null
  #running = false
  #run: Promise<void> = Promise.resolve()

  constructor(shape: Renderer, feed: RecentItems, tools: HubContext) {
    this.renderer = shape
    this.feed = feed
    this.#tools = tools
  }

  /** How many different sets of channels are asked for. */
  get audiences(): number {
    return this.#audiences.size
  }

  /** How many items of the feed it has not got to. */
  get lag(): number {
    return this.#owed === null ? 0 : this.feed.lag(this.#owed)
  }

  /** Resolves when it has got to the end of the feed. */
  get idle(): Promise<void> {
    return this.#run
  }

  join(interest: Interest, subscriber: GroupMember): Audience {
    let audience = this.#audiences.get(interest.key)
    if (!audience) {
      audience = { interest, subscribers: new Set(), snapshot: new SharedSnapshot() }
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

  /** There is an item with this number for someone here. */
  wake(seq: number): void {
    this.#owed ??= seq
    if (!this.#running) this.#run = this.#catchUp()
  }

  /** The bodies of these items, in order; those that were rendered for someone else who is behind are not rendered again. */
  async bodies(items: readonly FeedItem[]): Promise<Body[]> {
    const { cache, budget: pacer } = this.#tools
    // Lanes that are woken together do not all render at once: what waits to be handed over is memory.
    while (pacer.spent) await pacer.next()
    const scope = this.#tools.scope()
    const bodies = items.map((item) => {
      const known = cache.get(this.#key(item))
      if (known) return known
      pacer.spend(1)
      return this.renderer.render(item.message, scope)
    })
    return Promise.all(bodies)
  }

  /** Keeps bodies for those who are behind. */
  cacheBodies(items: readonly FeedItem[], bodies: readonly Body[]): void {
    for (const [i, item] of items.entries()) this.#tools.cache.set(this.#key(item), bodies[i]!)
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
        // Nobody would take it now: it is rendered when somebody does.
        for (const subscriber of audience.subscribers) subscriber.markMissed(items)
        perAudience.delete(audience)
      }
    }
    if (wanted.size === 0) return
    const rendered = [...wanted]
    const bodies = await this.bodies(rendered)
    const bodyOf = new Map(rendered.map((item, i) => [item, bodies[i]!]))
    let behind = false
    const { budget: pacer } = this.#tools
    for (const [audience, items] of perAudience) {
      const theirs = items.map((item) => bodyOf.get(item)!)
      for (const subscriber of audience.subscribers) {
        while (pacer.spent) await pacer.next()
        pacer.spend(1)
        subscriber.offer(items, theirs)
        behind ||= !subscriber.ready
      }
    }
    if (behind) this.cacheBodies(rendered, bodies)
  }
}
