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

/** One client's slot among the connections. */
export type ConnectionSlot = {
  /** Something waits for the client from now on: `end` is called once it took nothing for too long. */
  onBlocked(end: () => void): void
  /** The client took everything. */
  onDrained(): void
  /** Ends it because what waits for it is too much. */
  closeTooSlow(end: () => void): void
  /** The connection is closed; calling it again changes nothing. */
  release(): void
}

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

/** Counts the connections that stay, whatever the transport, and ends those whose clients do not read. */
export class Connections implements Disposable {
  readonly limits: ConnectionLimits
  readonly #counts = new Map<string, number>()
  readonly #waiting = new Map<ConnectionSlot, { since: number; end: () => void }>()
  readonly #stats: ConnectionStats = { websocket: { open: 0, tooSlow: 0 }, sse: { open: 0, tooSlow: 0 } }
  readonly #sweep: NodeJS.Timeout

  constructor(limits: Partial<ConnectionLimits> = {}) {
    this.limits = { ...defaultConnectionLimits, ...limits }
    const { stalledMs } = this.limits
    this.#sweep = setInterval(() => {
      const latest = performance.now() - stalledMs
      for (const [slot, { since, end }] of this.#waiting) if (since < latest) slot.closeTooSlow(end)
    }, stalledMs / sweepsPerStall).unref()
  }

  get stats(): ConnectionStats {
    const { websocket, sse } = this.#stats
    return { websocket: { ...websocket }, sse: { ...sse } }
  }

  readonly metrics: readonly MetricSource[] = [
    gauge('websocket_connections', 'Open WebSocket connections.', () => this.#stats.websocket.open),
    counter(
      'websocket_too_slow_total',
      'Connections closed because their clients did not read.',
      () => this.#stats.websocket.tooSlow,
    ),
    gauge('event_stream_connections', 'Open streams of server-sent events.', () => this.#stats.sse.open),
    counter(
      'event_stream_too_slow_total',
      'Streams of server-sent events closed because their clients did not read.',
      () => this.#stats.sse.tooSlow,
    ),
  ]

  /** What is refused, one sentence each. */
  readonly degraded = (): string[] =>
    this.#isFull() ? ['All places for sockets and event streams are taken: more are refused.'] : []

  #isFull(): boolean {
    return this.#stats.websocket.open + this.#stats.sse.open >= this.limits.inAll
  }

  /** Takes a slot for a client at the address; RATE_LIMITED or UNAVAILABLE, with a status, where none is free. */
  acquire(kind: ConnectionKind, address: string): ConnectionSlot {
    const { perAddress, perLoopback } = this.limits
    const count = this.#counts.get(address) ?? 0
    if (count >= (isLoopback(address) ? perLoopback : perAddress))
      throw new ApiError('RATE_LIMITED', 'There are too many connections from this address: close one first.', {
        http: { status: 429 },
      })
    const stats = this.#stats[kind]
    if (this.#isFull())
      throw new ApiError('UNAVAILABLE', 'There are too many connections: try again later.', { http: { status: 503 } })
    this.#counts.set(address, count + 1)
    stats.open++
    let isOpen = true
    const slot: ConnectionSlot = {
      onBlocked: (end) => {
        if (isOpen) this.#waiting.set(slot, { since: performance.now(), end })
      },
      onDrained: () => void this.#waiting.delete(slot),
      closeTooSlow: (end) => {
        this.#waiting.delete(slot)
        stats.tooSlow++
        end()
      },
      release: () => {
        if (!isOpen) return
        isOpen = false
        this.#waiting.delete(slot)
        stats.open--
        const others = this.#counts.get(address)! - 1
        if (others > 0) this.#counts.set(address, others)
        else this.#counts.delete(address)
      },
    }
    return slot
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep)
  }
}
