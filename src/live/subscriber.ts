import type { HubContext } from './hub-context.ts'
import { covers, type Interest } from './interest.ts'
import type { Body, LiveMessage } from './message.ts'
import type { MessageSink } from './message-sink.ts'
import type { FeedItem } from './recent-items.ts'
import type { Audience, SelectionGroup } from './selection-group.ts'

/** Written at once, at most: what a sink that stops taking holds back in memory. */
const chunkBytes = 8 * 1024
const sliceSize = 64

/** Which items the snapshots it was given contain already; none after `through`. */
export type Contained = { through: number; has(channelId: number, seq: number): boolean }

/**
 * One subscription. What it has not got is never queued for it: it remembers the number of the first such item and reads
 * on from the feed when its sink takes messages again. Items that the feed no longer has become one gap.
 */
export class Subscriber {
  readonly interest: Interest
  readonly group: SelectionGroup
  readonly sink: MessageSink
  readonly audience: Audience
  readonly #tools: HubContext
  /** It got, or need not get, every item up to this number. */
  #through = 0
  #delivered = 0
  /** The first item it may have to get and was not handed. */
  #owed: number | null = null
  /** It is being given what came before it joined. */
  #held = true
  #draining = false
  #waiting: (() => void)[] = []
  #contained: Contained | null = null
  closed = false

  constructor(interest: Interest, lane: SelectionGroup, sink: MessageSink, tools: HubContext) {
    this.interest = interest
    this.group = lane
    this.sink = sink
    this.#tools = tools
    this.audience = lane.join(interest, this)
  }

  /** The id of the newest event or snapshot handed over; 0 when there was none. */
  get delivered(): number {
    return this.#delivered
  }

  /** Whether it would pass on an item now. */
  get ready(): boolean {
    return this.#owed === null && !this.#held && !this.closed && this.sink.ready
  }

  /** Takes items from its lane; whatever it can not pass on now it owes itself. */
  offer(items: readonly FeedItem[], bodies: readonly Body[]): void {
    if (!this.ready) this.markMissed(items)
    else if (items[0]!.seq > this.#through && !this.#contained) this.#write(items, bodies)
    else {
      const wanted = items.map((item) => this.wants(item))
      this.#write(
        items.filter((_, i) => wanted[i]),
        bodies.filter((_, i) => wanted[i]),
      )
    }
  }

  /** Owes itself those of the items that it was not given. */
  markMissed(items: readonly FeedItem[]): void {
    this.#owed ??= items.find((item) => this.wants(item))?.seq ?? null
  }

  /** It has not got the items from this number on, unless it knows better. */
  catchUpFrom(seq: number): void {
    this.#owed ??= Math.max(seq, this.#through + 1)
    this.resume()
  }

  /** The sink is ready again. */
  resume(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const goOn of waiting) goOn()
    if (this.closed || this.#held || this.#draining || this.#owed === null || !this.sink.ready) return
    void this.#drain()
  }

  /** It has got everything up to `through` and takes items as they come from now on; false when the feed lost some after that. */
  release(through: number, contained: Contained | null = null): boolean {
    if (contained) this.#contained = contained
    this.#through = Math.max(this.#through, through)
    this.#delivered = Math.max(this.#delivered, through)
    if (this.#owed !== null) {
      this.#owed = Math.max(this.#owed, this.#through + 1)
      if (this.group.feed.lost(this.#owed)) return false
    }
    this.#held = false
    this.resume()
    return true
  }

  /** Passes on messages that are not of the feed, as fast as the sink takes them; false when it was closed meanwhile. */
  async push(messages: readonly LiveMessage[]): Promise<boolean> {
    for (let i = 0; i < messages.length; i += sliceSize) {
      if (!(await this.pushBodies(await this.render(messages.slice(i, i + sliceSize))))) return false
    }
    return !this.closed
  }

  /** Messages as this subscription shows them. */
  async render(messages: readonly LiveMessage[]): Promise<Body[]> {
    const { budget: pacer } = this.#tools
    const bodies: Body[] = []
    for (let i = 0; i < messages.length; i += sliceSize) {
      while (pacer.spent) await pacer.next()
      const slice = messages.slice(i, i + sliceSize)
      pacer.spend(slice.length)
      const scope = this.#tools.scope()
      bodies.push(...(await Promise.all(slice.map((message) => this.group.renderer.render(message, scope)))))
    }
    return bodies
  }

  /** As `push`, for what is rendered. */
  async pushBodies(bodies: readonly Body[]): Promise<boolean> {
    for (let i = 0; i < bodies.length; ) {
      while (!this.sink.ready && !this.closed) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
      while (this.#tools.budget.spent) await this.#tools.budget.next()
      if (this.closed) return false
      // The turn may have been somebody's who filled the sink.
      if (!this.sink.ready) continue
      const end = this.#chunkEnd(bodies, i)
      this.sink.write(bodies.slice(i, end))
      this.#tools.counts.messages += end - i
      this.#tools.budget.spend(1)
      i = end
    }
    return !this.closed
  }

  /** Ends it: nothing is handed over any more. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.group.leave(this.audience, this)
    this.resume()
  }

  /** Whether it was not given the item yet. */
  wants({ seq, channelId }: Pick<FeedItem, 'seq' | 'channelId'>): boolean {
    return seq > this.#through && !this.#contained?.has(channelId, seq)
  }

  #chunkEnd(bodies: readonly Body[], from: number): number {
    let end = from
    for (let bytes = 0; end < bodies.length && bytes < chunkBytes; end++) bytes += bodies[end]!.text.length
    return end
  }

  /** Hands over what the sink takes; the rest it owes itself. */
  #write(items: readonly FeedItem[], bodies: readonly Body[]): void {
    let written = 0
    while (written < items.length && this.sink.ready && !this.closed) {
      const end = this.#chunkEnd(bodies, written)
      this.sink.write(written === 0 && end === bodies.length ? bodies : bodies.slice(written, end))
      written = end
    }
    if (written > 0) {
      this.#through = this.#delivered = items[written - 1]!.seq
      if (this.#contained && this.#contained.through <= this.#through) this.#contained = null
      this.#tools.counts.messages += written
    }
    this.#owed = written < items.length ? items[written]!.seq : null
  }

  async #drain(): Promise<void> {
    const { feed } = this.group
    this.#draining = true
    while (this.#owed !== null && this.sink.ready && !this.closed) {
      if (feed.lost(this.#owed)) {
        await this.#tellGap()
        continue
      }
      const items = feed.read(this.#owed, sliceSize)
      if (items.length === 0) {
        this.#owed = null
        break
      }
      const next = items.at(-1)!.seq + 1
      const wanted = items.filter((item) => covers(this.interest, item.channelId, item.platform) && this.wants(item))
      const bodies = await this.group.bodies(wanted)
      this.group.cacheBodies(wanted, bodies)
      this.#write(wanted, bodies)
      this.#owed ??= next
      this.#tools.budget.spend(1)
    }
    this.#draining = false
  }

  async #tellGap(): Promise<void> {
    const { head } = this.group.feed
    this.#owed = head + 1
    this.#tools.counts.gaps++
    const gap = this.#tools.gap(this, this.#delivered, head)
    if (!gap) return
    this.#through = this.#delivered = head
    await this.push([gap])
  }
}
