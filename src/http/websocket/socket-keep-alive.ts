import { randomBytes } from 'node:crypto'

/** A client that is asked whether it is there. */
export type AskedClient = {
  /** Sends it a question, unless one of before has no answer yet: then that one again. */
  ask(question: Buffer): void
}

/** How many turns of clients there are. */
const turnCount = 12

/**
 * Asks each client every `pingMs` whether it is there, with one timer for all of them: clients that came at about the same time have
 * the same turn. The timer runs for as long as there are clients.
 */
export class KeepAlive {
  readonly #turns = Array.from({ length: turnCount }, () => new Set<AskedClient>())
  readonly #turnMs: number
  #turn = 0
  #clients = 0
  #timer: NodeJS.Timeout | undefined

  constructor(pingMs: number) {
    this.#turnMs = Math.max(1, Math.round(pingMs / turnCount))
  }

  /** Adds a client, which is first asked after about `pingMs`; the number of its turn. */
  add(client: AskedClient): number {
    this.#turns[this.#turn]!.add(client)
    this.#clients++
    this.#timer ??= setInterval(() => this.#askNext(), this.#turnMs)
    return this.#turn
  }

  /** Does not ask a client of that turn any more. */
  remove(client: AskedClient, turn: number): void {
    if (!this.#turns[turn]!.delete(client)) return
    this.#clients--
    if (this.#clients > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #askNext(): void {
    this.#turn = (this.#turn + 1) % turnCount
    const clients = this.#turns[this.#turn]!
    if (clients.size === 0) return
    const question = randomBytes(4)
    for (const client of clients) client.ask(question)
  }
}
