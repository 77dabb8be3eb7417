import type { Rates } from '../config/access-variables.ts'
import { isLoopback } from '../lib/loopback.ts'
import { fullBucket, type TokenBucket, type TokenRate, takeTokens } from '../lib/token-bucket.ts'

/** Whom a request counts for: whoever holds the key, else the address. */
export type Payer = { identity: { subject: string | null }; address: string }

/** Counts what callers spend. */
export type RateLimit = {
  /**
   * Spends `price` requests, at most a minute's worth, and answers 0; where not as many are left it spends nothing and
   * answers after how many whole seconds there will be.
   */
  spend(payer: Payer, price: number): number
  /** Callers that are remembered. */
  readonly size: number
}

// Behind this machine's own address are its developers, or a proxy that does not tell for whom it asks.
const timesOnLoopback = 1_000
const minuteMs = 60_000
const mostBuckets = 100_000

/**
 * A bucket that nobody touched for a minute is full, as a new one is. So there are two generations, the earlier of which
 * is dropped each minute: no timer, and memory for the callers of two minutes at most.
 */
class Buckets {
  readonly #rate: TokenRate
  #recent = new Map<string, TokenBucket>()
  #earlier = new Map<string, TokenBucket>()
  #since = 0

  constructor(perMinute: number) {
    this.#rate = { burst: perMinute, perMs: perMinute / minuteMs }
  }

  get size(): number {
    return this.#recent.size + this.#earlier.size
  }

  spend(name: string, price: number, now: number): number {
    return Math.ceil(takeTokens(this.#bucketOf(name, now), this.#rate, now, price) / 1_000)
  }

  #bucketOf(name: string, now: number): TokenBucket {
    if (now - this.#since > minuteMs || this.#recent.size >= mostBuckets / 2) {
      this.#earlier = now - this.#since > 2 * minuteMs ? new Map() : this.#recent
      this.#recent = new Map()
      this.#since = now
    }
    const known = this.#recent.get(name)
    if (known) return known
    const bucket = this.#earlier.get(name) ?? fullBucket(this.#rate, now)
    this.#earlier.delete(name)
    this.#recent.set(name, bucket)
    return bucket
  }
}

/** A limit whose callers may spend a minute's worth at once; `now` is in milliseconds of a monotonic clock. */
export const createRateLimit = (rates: Rates, now: () => number = () => performance.now()): RateLimit => {
  const keys = new Buckets(rates.perKey)
  const addresses = new Buckets(rates.perAddress)
  const loopback = new Buckets(rates.perAddress * timesOnLoopback)
  return {
    spend({ identity: { subject }, address }, price) {
      if (subject !== null) return keys.spend(subject, price, now())
      return (isLoopback(address) ? loopback : addresses).spend(address, price, now())
    },
    get size() {
      return keys.size + addresses.size + loopback.size
    },
  }
}
