import { randomBytes } from 'node:crypto'

/** Reads the frames a server sends, which are never masked and, here, never split: calls back with opcode and payload. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0)

  /** Takes what arrived; the payload is only valid during the call. */
  push(chunk: Buffer, onFrame: (opcode: number, payload: Buffer) => void): void {
    const data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    let at = 0
    while (data.length - at >= 2) {
      const short = data[at + 1]! & 0x7f
      const head = short === 126 ? 4 : short === 127 ? 10 : 2
      if (data.length - at < head) break
      const length =
        short === 126 ? data.readUInt16BE(at + 2) : short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short
      if (data.length - at < head + length) break
      onFrame(data[at]! & 0x0f, data.subarray(at + head, at + head + length))
      at += head + length
    }
    this.#pending = at === data.length ? Buffer.alloc(0) : Buffer.from(data.subarray(at))
  }
}

/** A frame as a client sends it, masked; text up to 65,535 bytes. */
export const clientFrame = (opcode: number, payload: Buffer): Buffer => {
  const mask = randomBytes(4)
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3]!)])
}
