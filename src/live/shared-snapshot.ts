import type { Body } from './message.ts'

/** Rendered snapshots of some channels, in order of id, taken when `head` was the last id of the journal. */
export type SnapshotPart = {
  readonly head: number
  /** Of the first part: whoever goes on from any part misses nothing. */
  readonly cursor: string
  /** The part is about the channels after those of the part before it, up to this id. */
  readonly lastId: number
  readonly bodies: readonly Body[]
  /** The part that follows; null after the last one. */
  readonly next: SharedSnapshot | null
}

const keptMs = 1_000

/** One look at the database for everyone who asks for the same channels within a second, as all do after a restart. */
export class SharedSnapshot {
  #latest: Promise<SnapshotPart> | null = null

  /** A part that contains everything up to `notBefore`, an id that the journal has reached; `take` makes one when there is none. */
  async get(notBefore: number, take: () => Promise<SnapshotPart>): Promise<SnapshotPart> {
    const known = this.#latest
    const part = await (known ?? this.#take(take))
    if (!known || part.head >= notBefore) return part
    // It was taken before the caller joined. One that somebody else has begun to take meanwhile was not.
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
