import type { Body } from './message.ts'

/** Bodies that subscribers who are behind may still ask for, up to a total size; the oldest go first. */
export class RenderCache {
  readonly #maxBytes: number
  readonly #bodies = new Map<string, Body | Promise<Body>>()
  readonly #sizes = new Map<string, number>()
  #bytes = 0

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#maxBytes = maxBytes
  }

  /** The body kept under the key, else the one that `render` makes. */
  get(key: string, render: () => Body | Promise<Body>): Body | Promise<Body> {
    const known = this.#bodies.get(key)
    if (known) return known
    const body = render()
    this.#bodies.set(key, body)
    if (body instanceof Promise) void body.then((done) => this.#keep(key, done))
    else this.#keep(key, body)
    return body
  }

  #keep(key: string, body: Body): void {
    // One character is one byte for all but the rarest text; bodies also hold their bytes once they were sent.
    const size = 2 * body.text.length + 200
    this.#bodies.set(key, body)
    this.#sizes.set(key, size)
    this.#bytes += size
    for (const [oldest, bytes] of this.#sizes) {
      if (this.#bytes <= this.#maxBytes) break
      this.#sizes.delete(oldest)
      this.#bodies.delete(oldest)
      this.#bytes -= bytes
    }
  }
}
