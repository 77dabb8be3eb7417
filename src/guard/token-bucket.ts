/** Allows `burst` at once and as many again in every `perMs`. */
export class TokenBucket {
  readonly #burst: number
  readonly #perMs: number
  #left: number
  #at: number

  constructor(burst: number, perMs: number, now: number) {
    this.#burst = burst
    this.#perMs = perMs
    this.#left = burst
    this.#at = now
  }

  /** Takes one; false when nothing is left at `now`, in milliseconds of the monotonic clock. */
  take(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) * this.#burst) / this.#perMs)
    this.#at = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
