import type { Log } from '../lib/log.ts'
import type { Body, LiveMessage, RenderScope } from './message.ts'
import type { FeedItem } from './recent-items.ts'

/**
 * Gives other events their turn after a fixed amount of work of all users together: `while (budget.spent) await budget.next()`
 * comes right before a piece of work, and `budget.spend()` is in it.
 */
export class EventLoopBudget {
  readonly #budget: number
  #remaining: number
  #next: Promise<void> | undefined

  /** `budget` is the number of messages that are rendered or written in one turn, at 10 to 30 µs each. */
  constructor(budget = 500) {
    this.#budget = budget
    this.#remaining = budget
  }

  /** Whether the work of this turn is done. */
  get spent(): boolean {
    return this.#remaining <= 0
  }

  spend(work: number): void {
    this.#remaining -= work
    void this.next()
  }

  /** The next turn, shared by all who wait. A late one may find it spent again. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#remaining = this.#budget
        this.#next = undefined
        resolve()
      }),
    )
    return this.#next
  }
}

/** Bodies for subscribers that are behind, up to a total size; the oldest are removed first. */
export class RenderCache {
  readonly #maxBytes: number
  readonly #bodies = new Map<string, Body>()
  #bytes = 0

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#maxBytes = maxBytes
  }

  get(key: string): Body | undefined {
    return this.#bodies.get(key)
  }

  /** Keeps a body until enough others came after it. */
  set(key: string, body: Body): void {
    if (this.#bodies.has(key)) return
    this.#bodies.set(key, body)
    this.#bytes += sizeOf(body)
    for (const [oldest, gone] of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) break
      this.#bodies.delete(oldest)
      this.#bytes -= sizeOf(gone)
    }
  }
}

// One byte a character for all but the rarest text, which is also kept as bytes.
const sizeOf = ({ text }: Body): number => 2 * text.length + 200

/** Counted since the start. */
export type LiveCounts = { messages: number; gaps: number }

/** A receiver of the messages that a selection group renders. */
export type GroupMember = {
  /** Whether it would send an item now. */
  readonly ready: boolean
  /** Takes items with their bodies; those that can not be sent now are read from the feed later. */
  offer(items: readonly FeedItem[], bodies: readonly Body[]): void
  /** Notes that these items were not handed over. */
  markMissed(items: readonly FeedItem[]): void
  /** Notes that items from this number on were not handed over. */
  catchUpFrom(seq: number): void
}

/** What the parts of the hub share. */
export type HubContext = {
  readonly budget: EventLoopBudget
  readonly cache: RenderCache
  readonly counts: LiveCounts
  readonly log: Log
  /** The scope of this moment. */
  scope(): RenderScope
  /** The gap message for a member that lost the items after `after` up to `through`; null when that has ended it. */
  gap(member: GroupMember, after: number, through: number): LiveMessage | null
}
