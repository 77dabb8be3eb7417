import { ApiError } from '../../lib/errors.ts'
import { isLoopback } from '../../lib/loopback.ts'
import { counter, gauge, type MetricSource } from '../../lib/metric.ts'

/** What connections that stay may take, sockets and event streams together. */
export type ConnectionLimits = {
  /** Open connections in all, from one address, and from this machine, where a proxy may stand. */
  inAll: number
  perAddress: number
  perLoopback: number
  /** How long a client may take nothing while something waits for it, in milliseconds. */
  stalledMs: number
}

/** How a connection that stays is used. */
export type ConnectionKind = 'websocket' | 'sse'

/** A client that can be ended because it does not read. */
export type SlowClient = { endSlow(): void }

/** Open connections of each kind, and those ended so far because their clients did not read. */
export type ConnectionStats = Record<ConnectionKind, { open: number; tooSlow: number }>

/** What anybody may have open. */
export const defaultConnectionLimits: ConnectionLimits = {
  inAll: 20_000,
  perAddress: 256,
  perLoopback: 10_000,
  stalledMs: 30_000,
}

const sweepsPerStall = 20

/** What all slots together come to. */
type Taken = {
  readonly byAddress: Map<string, number>
  readonly waiting: Map<ConnectionSlot, { since: number; client: SlowClient }>
  readonly stats: ConnectionStats
}

/** One client's slot among the connections. */
export class ConnectionSlot {
  readonly #taken: Taken
  readonly #kind: ConnectionKind
  readonly #address: string
  #isOpen = true

  constructor(taken: Taken, kind: ConnectionKind, address: string) {
    this.#taken = taken
    this.#kind = kind
    this.#address = address
    taken.byAddress.set(address, (taken.byAddress.get(address) ?? 0) + 1)
    taken.stats[kind].open++
  }

  /** Something waits for the client from now on: it is ended once it took nothing for too long. */
  onBlocked(client: SlowClient): void {
    if (this.#isOpen) this.#taken.waiting.set(this, { since: performance.now(), client })
  }

  /** The client took everything. */
  onDrained(): void {
    this.#taken.waiting.delete(this)
  }

  /** Ends the client because what waits for it is too much. */
  closeTooSlow(client: SlowClient): void {
    this.#taken.waiting.delete(this)
    this.#taken.stats[this.#kind].tooSlow++
    client.endSlow()
  }

  /** The connection is closed; calling it again changes nothing. */
  release(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { byAddress, waiting, stats } = this.#taken
    waiting.delete(this)
    stats[this.#kind].open--
    const others = byAddress.get(this.#address)! - 1
    if (others > 0) byAddress.set(this.#address, others)
    else byAddress.delete(this.#address)
  }
}

/** Counts the connections that stay, whatever the transport, and ends those whose clients do not read. */
export class Connections implements Disposable {
  readonly limits: ConnectionLimits
  readonly #taken: Taken = {
    byAddress: new Map(),
    waiting: new Map(),
    stats: { websocket: { open: 0, tooSlow: 0 }, sse: { open: 0, tooSlow: 0 } },
  }
  readonly #sweep: NodeJS.Timeout

  constructor(limits: Partial<ConnectionLimits> = {}) {
    this.limits = { ...defaultConnectionLimits, ...limits }
    const { stalledMs } = this.limits
    this.#sweep = setInterval(() => {
      const latest = performance.now() - stalledMs
      for (const [slot, { since, client }] of this.#taken.waiting) if (since < latest) slot.closeTooSlow(client)
    }, stalledMs / sweepsPerStall).unref()
  }

  get stats(): ConnectionStats {
    const { websocket, sse } = this.#taken.stats
    return { websocket: { ...websocket }, sse: { ...sse } }
  }

  readonly metrics: readonly MetricSource[] = [
    gauge('websocket_connections', 'Open WebSocket connections.', () => this.#taken.stats.websocket.open),
    counter(
      'websocket_too_slow_total',
      'Connections closed because their clients did not read.',
      () => this.#taken.stats.websocket.tooSlow,
    ),
    gauge('event_stream_connections', 'Open streams of server-sent events.', () => this.#taken.stats.sse.open),
    counter(
      'event_stream_too_slow_total',
      'Streams of server-sent events closed because their clients did not read.',
      () => this.#taken.stats.sse.tooSlow,
    ),
  ]

  /** What is refused, one sentence each. */
  readonly degraded = (): string[] =>
    this.#isFull() ? ['All places for sockets and event streams are taken: more are refused.'] : []

  #isFull(): boolean {
    return this.#taken.stats.websocket.open + this.#taken.stats.sse.open >= this.limits.inAll
  }

  /** Takes a slot for a client at the address; RATE_LIMITED or UNAVAILABLE, with a status, where none is free. */
  acquire(kind: ConnectionKind, address: string): ConnectionSlot {
    const { perAddress, perLoopback } = this.limits
    const count = this.#taken.byAddress.get(address) ?? 0
    if (count >= (isLoopback(address) ? perLoopback : perAddress))
      throw new ApiError('RATE_LIMITED', 'There are too many connections from this address: close one first.', {
        http: { status: 429 },
      })
    if (this.#isFull())
      throw new ApiError('UNAVAILABLE', 'There are too many connections: try again later.', { http: { status: 503 } })
    return new ConnectionSlot(this.#taken, kind, address)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep)
  }
}
