import { randomUUID } from 'node:crypto'
import { ServerResponse } from 'node:http'

/**
 * The reply to a request. What every reply tells is stored like any header as soon as somebody asks for a header or sets one. Before
 * that, a reply that is one text is written without storing anything, which takes half the time.
 */
export class Reply extends ServerResponse {
  readonly requestId = randomUUID()
  /** Names and values in turn. */
  #told: string[] = []
  #isStored = false

  /** Sets headers, names and values in turn. */
  tell(...headers: readonly string[]): void {
    this.#told.push(...headers)
    if (this.#isStored) this.#store()
  }

  /** Answers with a text of this type. */
  sendText(type: string, text: string, status = 200): void {
    this.tell('Content-Type', type, 'Content-Length', String(Buffer.byteLength(text)))
    const headers = this.#told
    this.#told = []
    this.#isStored = true
    super.writeHead(status, headers)
    this.end(text)
  }

  #store(): void {
    this.#isStored = true
    const headers = this.#told
    this.#told = []
    for (let i = 0; i < headers.length; i += 2) super.setHeader(headers[i]!, headers[i + 1]!)
  }

  override setHeader(name: string, value: number | string | readonly string[]): this {
    if (!this.#isStored) this.#store()
    return super.setHeader(name, value)
  }

  override appendHeader(name: string, value: string | readonly string[]): this {
    if (!this.#isStored) this.#store()
    return super.appendHeader(name, value)
  }

  override removeHeader(name: string): void {
    if (!this.#isStored) this.#store()
    super.removeHeader(name)
  }

  override getHeader(name: string): ReturnType<ServerResponse['getHeader']> {
    if (!this.#isStored) this.#store()
    return super.getHeader(name)
  }

  override getHeaders(): ReturnType<ServerResponse['getHeaders']> {
    if (!this.#isStored) this.#store()
    return super.getHeaders()
  }

  override getHeaderNames(): string[] {
    if (!this.#isStored) this.#store()
    return super.getHeaderNames()
  }

  override hasHeader(name: string): boolean {
    if (!this.#isStored) this.#store()
    return super.hasHeader(name)
  }

  // biome-ignore lint/suspicious/noExplicitAny: Node overloads it
  override writeHead(...head: any[]): this {
    if (!this.#isStored) this.#store()
    return super.writeHead(...(head as Parameters<ServerResponse['writeHead']>))
  }
}
