import type { LiveMessage } from './message.ts'

/** One item of a feed: its number, its channel and its message. */
export type FeedItem = {
  readonly seq: number
  readonly channelId: number
  readonly platform: string
  readonly message: LiveMessage
  /** The transaction that stored what it says, where the feed knows it. */
  readonly transaction?: number
}

/**
 * The newest items of a feed, kept once for all who are behind: a waiting subscriber is a number, not a queue. In a coalescing
 * feed a newer item of a channel replaces the older one.
 */
export class RecentItems {
  readonly coalescing: boolean
  readonly #capacity: number
  /** Ascending by seq; items before `#start` are gone. */
  #items: (FeedItem | undefined)[] = []
  #start = 0
  #newest = new Map<number, FeedItem>()
  /** Items up to this number are not kept any more. */
  #droppedThrough: number
  #head: number

  /** A feed that begins after the number `head`. */
  constructor(capacity: number, { coalescing, head }: { coalescing: boolean; head: number }) {
    this.#capacity = capacity
    this.coalescing = coalescing
    this.#head = head
    this.#droppedThrough = head
  }

  /** The number of the newest item. */
  get head(): number {
    return this.#head
  }

  /** How many items it holds. */
  get length(): number {
    return this.#items.length - this.#start
  }

  /** Adds an item; numbers only grow. */
  push(item: FeedItem): void {
    this.#items.push(item)
    this.#head = item.seq
    if (this.coalescing) this.#newest.set(item.channelId, item)
    if (this.#items.length - this.#start > this.#capacity) this.#drop()
  }

  /** Whether an item with this number or a later one may be missing. */
  lost(seq: number): boolean {
    return !this.coalescing && seq <= this.#droppedThrough
  }

  /** How many items there are from this number on. */
  lag(seq: number): number {
    return this.#items.length - this.#indexOf(seq)
  }

  /** The items with this number or a later one, in order, at most `limit`. Of a coalescing feed only the latest of each channel. */
  read(seq: number, limit: number): FeedItem[] {
    const found: FeedItem[] = []
    for (let i = this.#indexOf(seq); i < this.#items.length && found.length < limit; i++) {
      const item = this.#items[i]!
      if (!this.coalescing || this.#newest.get(item.channelId) === item) found.push(item)
    }
    return found
  }

  #drop(): void {
    const gone = this.#items[this.#start]!
    this.#items[this.#start++] = undefined
    this.#droppedThrough = gone.seq
    if (this.#newest.get(gone.channelId) === gone) this.#newest.delete(gone.channelId)
    if (this.#start > this.#capacity) {
      this.#items = this.#items.slice(this.#start)
      this.#start = 0
    }
  }

  #indexOf(seq: number): number {
    let [low, high] = [this.#start, this.#items.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#items[middle]!.seq < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
