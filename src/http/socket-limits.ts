import { isLoopback } from './client-address.ts'

/** Counts open connections by address. */
export class AddressCounter {
  readonly #counts = new Map<string, number>()
  readonly #perAddress: number
  readonly #perLoopback: number

  constructor(limits: { perAddress: number; perLoopback: number }) {
    this.#perAddress = limits.perAddress
    this.#perLoopback = limits.perLoopback
  }

  /** Whether the address has as many as it may. */
  isFull(address: string): boolean {
    return (this.#counts.get(address) ?? 0) >= (isLoopback(address) ? this.#perLoopback : this.#perAddress)
  }

  enter(address: string): void {
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1)
  }

  leave(address: string): void {
    const count = this.#counts.get(address)! - 1
    if (count > 0) this.#counts.set(address, count)
    else this.#counts.delete(address)
  }
}

/** Allows `burst` at once and as many again in every `perMs`. */
export class Allowance {
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
