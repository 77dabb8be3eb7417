import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Body, Subscription } from '../../live/message.ts'
import type { ConnectionSlot } from '../server/connections.ts'
import { type ClientWriter, type Frame, resumeInTurn } from './client-writer.ts'

/** Events are to be passed on as they come: Cache-Control says so to caches and to what compresses, X-Accel-Buffering to nginx. */
const eventHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
}

/** A comment. Some clients see an answer only with its first byte, and proxies end a silent connection. */
const nothing = ':\n\n'

/** What surrounds each result of a subscription. */
export const eventFrame = (end: string): Frame => ({ before: 'event: next\ndata: ', after: `${end}\n\n` })

/** Answers with one result and the end of the stream. */
export const sendEvent = (
  response: ServerResponse,
  { status, headers }: { status: number; headers: OutgoingHttpHeaders },
  result: object,
): void => {
  response.writeHead(status, { ...headers, ...eventHeaders })
  response.end(`${nothing}event: next\ndata: ${JSON.stringify(result)}\n\nevent: complete\ndata:\n\n`)
}

/** A client is ready for as long as fewer bytes than these wait for it. */
const bufferedBytes = 16 * 1024

/** The way out of one event stream. Its head and first byte leave at once. */
export class EventStream implements ClientWriter {
  readonly #response: ServerResponse
  readonly #slot: ConnectionSlot
  readonly #subscriptions = new Set<Subscription>()
  readonly #staysAlive: NodeJS.Timeout
  #unsent = 0
  #ready = true

  /** Sends a comment every `pingMs` milliseconds, so that the connection is not silent. */
  constructor(response: ServerResponse, slot: ConnectionSlot, pingMs: number) {
    this.#response = response
    this.#slot = slot
    this.#staysAlive = setInterval(() => {
      if (this.#unsent === 0) this.#send(nothing)
    }, pingMs)
    response.once('close', () => clearInterval(this.#staysAlive))
    response.writeHead(200, eventHeaders)
    this.#send(nothing)
  }

  get ready(): boolean {
    return this.#ready
  }

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription)
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription)
  }

  write(before: string, bodies: readonly Body[], after: string): void {
    let events = ''
    for (const { bytes } of bodies) events += `${before}${bytes}${after}`
    this.#send(events)
    if (this.#response.writableLength > bufferedBytes) this.#ready = false
  }

  /** Ends the stream, with a last result where there is one. */
  end(result?: object): void {
    clearInterval(this.#staysAlive)
    const last = result ? `event: next\ndata: ${JSON.stringify(result)}\n\n` : ''
    this.#response.end(`${last}event: complete\ndata:\n\n`)
  }

  /** Cuts off a reader who takes nothing. */
  endSlow(): void {
    this.#response.destroy()
  }

  #send(events: string): void {
    if (this.#response.destroyed) return
    this.#unsent++
    if (this.#unsent === 1) this.#slot.onBlocked(this)
    // Called back when the system took all of it.
    this.#response.write(events, 'latin1', (error) => {
      this.#unsent--
      if (error || this.#unsent > 0) return
      this.#slot.onDrained()
      if (this.#ready) return
      this.#ready = true
      resumeInTurn(this, this.#subscriptions)
    })
  }
}
