import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Body, Subscription } from '../../live/message.ts'
import { type ClientWriter, resumeInTurn } from '../graphql/client-writer.ts'
import type { ConnectionSlot } from '../server/connections.ts'

/** The close code for a client that does not read what it is sent. */
const tooSlow = 4290

/** Frame header of a whole text message, one character per byte. */
const header = (length: number): string => {
  if (length < 126) return String.fromCharCode(0x81, length)
  if (length < 65_536) return String.fromCharCode(0x81, 126, length >>> 8, length & 255)
  const bytes = Buffer.alloc(10)
  bytes.writeUInt16BE(0x817f, 0)
  bytes.writeUIntBE(length, 4, 6)
  return bytes.toString('latin1')
}

/**
 * The way out of one WebSocket for live messages. It holds back at most what one write left over: from then on it is not
 * ready until the system took everything.
 *
 * Frames are made here and written straight to the socket, which takes 15 % less CPU time than `ws.send`. That keeps the
 * order with what `ws` writes itself, because without compression and fragments it too writes each frame at once.
 */
export class SocketWriter implements ClientWriter {
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #slot: ConnectionSlot
  readonly #subscriptions = new Set<Subscription>()
  #ready = true
  readonly #endSlow = () => this.close(tooSlow, 'The client does not read what it is sent.')

  constructor(ws: WebSocket, socket: Socket, slot: ConnectionSlot) {
    this.#ws = ws
    this.#socket = socket
    this.#slot = slot
  }

  get ready(): boolean {
    return this.#ready
  }

  /** Ends the connection because its client does not read. */
  closeSlow(): void {
    this.#slot.closeTooSlow(this.#endSlow)
  }

  /** Ends the connection with a close code and a sentence of at most 123 bytes. */
  close(code: number, reason: string): void {
    this.#slot.onDrained()
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.close(code, reason)
  }

  /** Adds a subscription to those that go on when the way is free again. */
  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription)
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription)
  }

  write(before: string, bodies: readonly Body[], after: string): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    let frames = ''
    const around = before.length + after.length
    for (const { bytes } of bodies) frames += `${header(around + bytes.length)}${before}${bytes}${after}`
    this.#socket.write(frames, 'latin1')
    // Zero means that the system took all of it.
    if (this.#socket.writableLength > 0 && this.#ready) {
      this.#ready = false
      this.#slot.onBlocked(this.#endSlow)
      this.#awaitFlush()
    }
  }

  #awaitFlush(): void {
    // Called back after everything written before.
    this.#socket.write('', 'latin1', (error) => {
      if (error) return
      if (this.#socket.writableLength > 0) return this.#awaitFlush()
      this.#ready = true
      this.#slot.onDrained()
      resumeInTurn(this, this.#subscriptions)
    })
  }
}
