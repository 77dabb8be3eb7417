import type { Body } from './message.ts'

/** Rendered snapshots of some channels, taken when `head` was the last id of the journal. */
export type RenderedSnapshot = { readonly head: number; readonly bodies: readonly Body[] }

const keptMs = 1_000

/** One look at the database for everyone who asks for the same channels within a second, as all do after a restart. */
export class SharedSnapshot {
  #latest: Promise<RenderedSnapshot> | null = null

  /** A snapshot that contains everything up to `notBefore`; `take` makes one when there is none. */
  async get(notBefore: number, take: () => Promise<RenderedSnapshot>): Promise<RenderedSnapshot> {
    const known = this.#latest
    const snapshot = await (known ?? this.#take(take))
    if (snapshot.head >= notBefore) return snapshot
    // Taken before the caller joined: someone else may have replaced it meanwhile.
    if (this.#latest === known) this.#latest = null
    return this.get(notBefore, take)
  }

  #take(take: () => Promise<RenderedSnapshot>): Promise<RenderedSnapshot> {
    const taken = take()
    this.#latest = taken
    const forget = () => {
      if (this.#latest === taken) this.#latest = null
    }
    taken.then(() => setTimeout(forget, keptMs).unref(), forget)
    return taken
  }
}
