/** Finds the end of each reply in a stream of HTTP/1.1 replies to pipelined-free requests; knows lengths and chunks. */
export class HttpResponseReader {
  #pending: Buffer = Buffer.alloc(0)

  /** Takes what arrived; returns status and body once the reply is complete, else null. */
  push(chunk: Buffer): { status: number; body: Buffer } | null {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const headEnd = this.#pending.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
    const head = this.#pending.toString('latin1', 0, headEnd)
    const status = Number(head.slice(9, 12))
    const length = head.match(/\r\ncontent-length: *(\d+)/i)?.[1]
    const body =
      length === undefined
        ? this.#chunks(headEnd + 4)
        : this.#bytes(headEnd + 4, headEnd + 4 + Number.parseInt(length, 10))
    return body && { status, body }
  }

  #bytes(from: number, to: number): Buffer | null {
    if (this.#pending.length < to) return null
    const body = this.#pending.subarray(from, to)
    this.#pending = this.#pending.subarray(to)
    return body
  }

  #chunks(from: number): Buffer | null {
    const parts: Buffer[] = []
    for (let at = from; ; ) {
      const lineEnd = this.#pending.indexOf('\r\n', at)
      if (lineEnd < 0) return null
      const size = Number.parseInt(this.#pending.toString('latin1', at, lineEnd), 16)
      const next = lineEnd + 2 + size + 2
      if (this.#pending.length < next) return null
      if (size === 0) {
        this.#pending = this.#pending.subarray(next)
        return Buffer.concat(parts)
      }
      parts.push(this.#pending.subarray(lineEnd + 2, lineEnd + 2 + size))
      at = next
    }
  }
}
