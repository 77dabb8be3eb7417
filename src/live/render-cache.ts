import type { Body } from './message.ts'

/** Bodies for subscribers that are behind, up to a total size; the oldest are removed first. */
export class RenderCache {
  readonly #maxBytes: number
  readonly #bodies = new Map<string, Body>()
  #bytes = 0

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#maxBytes = maxBytes
  }

  get(key: string): Body | undefined {
    return this.#bodies.get(key)
  }

  /** Keeps a body until enough others came after it. */
  set(key: string, body: Body): void {
    if (this.#bodies.has(key)) return
    this.#bodies.set(key, body)
    this.#bytes += sizeOf(body)
    for (const [oldest, gone] of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) break
      this.#bodies.delete(oldest)
      this.#bytes -= sizeOf(gone)
    }
  }
}

// One byte a character for all but the rarest text, which is also kept as bytes.
const sizeOf = ({ text }: Body): number => 2 * text.length + 200
