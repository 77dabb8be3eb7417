import type { HubContext } from './hub-context.ts'
import { covers, type Interest } from './interest.ts'
import type { Body, LiveMessage, MessageSink } from './message.ts'
import type { FeedItem } from './recent-items.ts'
import type { Audience, SelectionGroup } from './selection-group.ts'
import type { Contained } from './shared-snapshot.ts'

/** The most bytes of one write, which a sink that stops taking messages keeps in memory. */
const chunkBytes = 4 * 1024
const sliceSize = 64

/**
 * One subscription. Nothing is queued for it: it keeps the number of the first item that it did not get, and reads on from the
 * feed when its sink takes messages again. Items that the feed no longer has become one gap.
 */
export class Subscriber {
  readonly sink: MessageSink
  readonly audience: Audience
  /** It got, or does not need, every item up to this number. */
  #through = 0
  #delivered = 0
  /** The first item that it perhaps needs and did not get. */
  #owed: number | null = null
  /** Whether its backfill goes on. */
  #held = true
  #draining = false
  /** What goes on when the sink takes messages again; null when nothing waits, as nearly always. */
  #waiting: (() => void)[] | null = null
  #contained: Contained | null = null
  closed = false

  constructor(interest: Interest, group: SelectionGroup, sink: MessageSink) {
    this.sink = sink
    this.audience = group.join(interest, this)
  }

  /** The channels it is about; one object for all who are about the same. */
  get interest(): Interest {
    return this.audience.interest
  }

  get group(): SelectionGroup {
    return this.audience.group
  }

  get #context(): HubContext {
    return this.audience.group.context
  }

  /** The id of the newest event or snapshot that was sent; 0 when there was none. */
  get delivered(): number {
    return this.#delivered
  }

  /** Whether it would send an item now. */
  get ready(): boolean {
    return this.#owed === null && !this.#held && !this.closed && this.sink.ready
  }

  /** Takes items from its group; items that can not be sent now are read from the feed later. */
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

  /** Notes the first of these items that it needs, to read it from the feed later. */
  markMissed(items: readonly FeedItem[]): void {
    this.#owed ??= items.find((item) => this.wants(item))?.seq ?? null
  }

  /** Notes that it did not get items from this number on, unless it did. */
  catchUpFrom(seq: number): void {
    this.#owed ??= Math.max(seq, this.#through + 1)
    this.resume()
  }

  /** Goes on when the sink is ready again. */
  resume(): void {
    const waiting = this.#waiting
    this.#waiting = null
    for (const goOn of waiting ?? []) goOn()
    if (this.closed || this.#held || this.#draining || this.#owed === null || !this.sink.ready) return
    void this.#drain()
  }

  /** Ends the backfill: it has everything up to `through` and takes live items from now on. False when the feed lost some after that. */
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

  /** Sends messages that are not of the feed, as fast as the sink takes them; false when it was closed meanwhile. */
  async push(messages: readonly LiveMessage[]): Promise<boolean> {
    for (let i = 0; i < messages.length; i += sliceSize) {
      if (!(await this.pushBodies(await this.render(messages.slice(i, i + sliceSize))))) return false
    }
    return !this.closed
  }

  /** Renders messages for this subscription. */
  async render(messages: readonly LiveMessage[]): Promise<Body[]> {
    const { budget } = this.#context
    const bodies: Body[] = []
    for (let i = 0; i < messages.length; i += sliceSize) {
      while (budget.spent) await budget.next()
      const slice = messages.slice(i, i + sliceSize)
      budget.spend(slice.length)
      const scope = this.#context.scope()
      bodies.push(...(await Promise.all(slice.map((message) => this.group.renderer.render(message, scope)))))
    }
    return bodies
  }

  /** `push` for rendered messages. */
  async pushBodies(bodies: readonly Body[]): Promise<boolean> {
    for (let i = 0; i < bodies.length; ) {
      while (!this.sink.ready && !this.closed) {
        this.#waiting ??= []
        await new Promise<void>((resolve) => this.#waiting!.push(resolve))
      }
      while (this.#context.budget.spent) await this.#context.budget.next()
      if (this.closed) return false
      // Another subscription of the same client may have filled the sink meanwhile.
      if (!this.sink.ready) continue
      const end = this.#chunkEnd(bodies, i)
      this.sink.write(bodies.slice(i, end))
      this.#context.counts.messages += end - i
      this.#context.budget.spend(1)
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

  /** Whether it needs the item. */
  wants(item: FeedItem): boolean {
    return item.seq > this.#through && !this.#contained?.has(item)
  }

  #chunkEnd(bodies: readonly Body[], from: number): number {
    let end = from
    for (let bytes = 0; end < bodies.length && bytes < chunkBytes; end++) bytes += bodies[end]!.text.length
    return end
  }

  /** Sends what the sink takes; the rest is read from the feed later. */
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
      this.#context.counts.messages += written
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
      this.#context.budget.spend(1)
    }
    this.#draining = false
  }

  async #tellGap(): Promise<void> {
    const { head } = this.group.feed
    this.#owed = head + 1
    this.#context.counts.gaps++
    const gap = this.#context.gap(this, this.#delivered, head)
    if (!gap) return
    this.#through = this.#delivered = head
    await this.push([gap])
  }
}
