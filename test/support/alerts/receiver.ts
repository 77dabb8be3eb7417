import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { AlertMessage, Outcome, Target } from '../../../src/targets/target.ts'

/** What a receiver answers to a message. */
export type Answer = { status: number; body?: string; retryAfterSeconds?: number; afterMs?: number } | 'never'

/** A receiver of alerts behind a real socket. */
export type Receiver = AsyncDisposable & {
  readonly url: string
  /** Every message that came, in the order in which they came, also those that were answered with an error. */
  readonly calls: AlertMessage[]
  /** Those that were taken, by their ids, in the order in which each was first taken. */
  taken(): AlertMessage[]
  /** What is answered from now on. */
  answer(by: (message: AlertMessage, call: number) => Answer): void
}

/** Starts a receiver that takes everything until it is told otherwise. */
export const startReceiver = async (): Promise<Receiver> => {
  const calls: AlertMessage[] = []
  const taken = new Map<string, AlertMessage>()
  let by: (message: AlertMessage, call: number) => Answer = () => ({ status: 200 })
  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = JSON.parse(Buffer.concat(parts).toString())
    // As a target of ours sends it, or as a plain test target does.
    const message: AlertMessage = body.data ? { kind: body.type, at: body.timestamp, ...body.data } : body
    calls.push(message)
    const answer = by(message, calls.length)
    if (answer === 'never') return
    if (answer.afterMs !== undefined) await delay(answer.afterMs)
    if (answer.status < 300 && !taken.has(message.id)) taken.set(message.id, message)
    if (answer.retryAfterSeconds !== undefined) response.setHeader('retry-after', answer.retryAfterSeconds)
    response.writeHead(answer.status).end(answer.body ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    taken: () => [...taken.values()],
    answer: (next) => {
      by = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A plain target that posts messages as JSON. */
export const postTo = (url: string): Target & AsyncDisposable => ({
  async [Symbol.asyncDispose]() {},
  async send(message, { signal }): Promise<Outcome> {
    const begunAt = performance.now()
    const ms = () => performance.now() - begunAt
    try {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(message), signal })
      const ended = { status: response.status, answer: await response.text(), ms: ms() }
      if (response.ok) return { kind: 'delivered', ...ended }
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
      if (response.status === 400) return { kind: 'refused', ...ended }
      return { kind: 'retry', ...ended, ...(Number.isFinite(seconds) && { afterMs: seconds * 1_000 }) }
    } catch (error) {
      return { kind: 'retry', status: null, answer: String(error), ms: ms() }
    }
  },
})
