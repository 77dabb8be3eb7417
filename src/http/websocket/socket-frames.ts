import type { Cost } from '../../guard/cost.ts'
import type { Body } from '../../live/message.ts'
import type { Frame } from '../graphql/client-writer.ts'
import { endOfResult } from '../graphql/live-operation.ts'

/** How many frames are shared at a time. */
const sharedFrames = 1_000

/** The same text in one piece of memory: one that was put together is a tree of pieces, which takes several times as much. */
export const inOnePiece = (text: string): string => Buffer.from(text).toString('latin1')

/** Header of a whole text message, one character per byte. */
const header = (length: number): string => {
  if (length < 126) return String.fromCharCode(0x81, length)
  if (length < 65_536) return String.fromCharCode(0x81, 126, length >>> 8, length & 255)
  const bytes = Buffer.alloc(10)
  bytes.writeUInt16BE(0x817f, 0)
  bytes.writeUIntBE(length, 4, 6)
  return bytes.toString('latin1')
}

/**
 * What surrounds the results of the operations of all sockets: the message `next`, in a frame of WebSocket. Operations of the same id and
 * cost share it, as those of clients that number their operations do.
 */
export class SocketFrames {
  readonly #known = new Map<string, Frame>()
  /** What was joined last. Those who are told the same follow each other. */
  #last: { frame: Frame; bodies: readonly Body[]; bytes: string } | null = null

  /** The message around the results of an operation. */
  of(id: string, cost: Cost): Frame {
    const key = `${cost.requested} ${id}`
    const shared = this.#known.get(key)
    if (shared) return shared
    const frame: Frame = {
      before: inOnePiece(`{"id":${JSON.stringify(id)},"type":"next","payload":`),
      after: inOnePiece(`${endOfResult(cost)}}`),
    }
    if (this.#known.size >= sharedFrames) this.#known.clear()
    this.#known.set(key, frame)
    return frame
  }

  /** The bytes of these results, one character each. */
  join(frame: Frame, bodies: readonly Body[]): string {
    if (this.#last?.frame === frame && this.#last.bodies === bodies) return this.#last.bytes
    const { before, after } = frame
    const around = before.length + after.length
    let joined = ''
    for (const { bytes } of bodies) joined += `${header(around + bytes.length)}${before}${bytes}${after}`
    this.#last = { frame, bodies, bytes: joined }
    return joined
  }
}
