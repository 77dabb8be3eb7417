import type { Body } from './message.ts'
import type { FeedItem } from './recent-items.ts'

/** Which items are contained in the snapshots that were sent; none after `through`. */
export type Contained = { through: number; has(item: FeedItem): boolean }

/** Rendered snapshots of some channels, in order of id, taken when `head` was the last id of the journal. */
export type SnapshotPart = {
  readonly head: number
  /** The cursor of the first part, so that a subscription that goes on from any part misses nothing. */
  readonly cursor: string
  /** The last channel id of the part; it begins after the last id of the part before. */
  readonly lastId: number
  readonly bodies: readonly Body[]
  /** Which items of the feed it contains, where their numbers do not tell. */
  readonly contained?: Contained
  /** The part that follows; null after the last one. */
  readonly next: SharedSnapshot | null
}

const keptMs = 1_000

/** Reads snapshots once for all who ask for the same channels within a second, as all do after a restart. */
export class SharedSnapshot {
  #latest: Promise<SnapshotPart> | null = null

  /** A part that contains everything up to `notBefore`, an id of the journal; `take` makes one when there is none. */
  async get(notBefore: number, take: () => Promise<SnapshotPart>): Promise<SnapshotPart> {
    const known = this.#latest
    const part = await (known ?? this.#take(take))
    if (!known || part.head >= notBefore) return part
    // The part was taken before the caller joined. One that another caller has begun meanwhile was not.
    if (this.#latest === known) this.#latest = null
    return this.#latest ?? this.#take(take)
  }

  #take(take: () => Promise<SnapshotPart>): Promise<SnapshotPart> {
    const taken = take()
    this.#latest = taken
    const forget = () => {
      if (this.#latest === taken) this.#latest = null
    }
    taken.then(() => setTimeout(forget, keptMs).unref(), forget)
    return taken
  }
}
