/** A line of the tail: a message, or the note that some may be missing. */
export type TailLine<Message> =
  | { kind: 'message'; key: number; message: Message }
  | { kind: 'gap'; key: number; from: number; to: number }

/** What the tail shows: its lines, how many wait while it is paused, and how many of those that waited were dropped. */
export type Shown<Message> = {
  lines: readonly TailLine<Message>[]
  isPaused: boolean
  waiting: number
  dropped: number
}

export type TailOptions = {
  /** How many lines are kept, and how many wait at most while it is paused. */
  most: number
  /** When what came is shown: all of some time at once. */
  schedule(flush: () => void): void
}

/**
 * Chat as it comes, of which the newest lines are kept. While it is paused the lines stay and new ones wait; on resume all that waited are
 * shown, up to the maximum, and how many were dropped is said.
 */
export class ChatTail<Message extends { messageId: string }> {
  readonly #options: TailOptions
  readonly #listeners = new Set<() => void>()
  #incoming: TailLine<Message>[] = []
  #waiting: TailLine<Message>[] = []
  #isScheduled = false
  #nextKey = 0
  #shown: Shown<Message> = { lines: [], isPaused: false, waiting: 0, dropped: 0 }

  constructor(options: TailOptions) {
    this.#options = options
  }

  get shown(): Shown<Message> {
    return this.#shown
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Puts what was said before in front, oldest first, without what is there already. */
  begin(messages: readonly Message[]): void {
    this.flush()
    const there = new Set(
      [...this.#shown.lines, ...this.#waiting].flatMap((line) =>
        line.kind === 'message' ? [line.message.messageId] : [],
      ),
    )
    const before = messages
      .filter(({ messageId }) => !there.has(messageId))
      .map((message): TailLine<Message> => ({ kind: 'message', key: this.#nextKey++, message }))
    this.#show({ lines: [...before, ...this.#shown.lines].slice(-this.#options.most) })
  }

  add(message: Message): void {
    this.#put({ kind: 'message', key: this.#nextKey++, message })
  }

  /** Between these instants nothing could be received. */
  addGap(from: number, to: number): void {
    this.#put({ kind: 'gap', key: this.#nextKey++, from, to })
  }

  pause(): void {
    if (this.#shown.isPaused) return
    this.flush()
    this.#show({ isPaused: true, dropped: 0 })
  }

  resume(): void {
    if (!this.#shown.isPaused) return
    this.flush()
    const lines = [...this.#shown.lines, ...this.#waiting].slice(-this.#options.most)
    this.#waiting = []
    this.#show({ lines, isPaused: false, waiting: 0 })
  }

  /** Shows what came since the last time. */
  flush(): void {
    this.#isScheduled = false
    if (this.#incoming.length === 0) return
    const came = this.#incoming
    this.#incoming = []
    const { most } = this.#options
    if (this.#shown.isPaused) {
      const waiting = [...this.#waiting, ...came]
      this.#waiting = waiting.slice(-most)
      const dropped = this.#shown.dropped + waiting.length - this.#waiting.length
      this.#show({ waiting: this.#waiting.length, dropped })
    } else this.#show({ lines: [...this.#shown.lines, ...came].slice(-most) })
  }

  #put(line: TailLine<Message>): void {
    this.#incoming.push(line)
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#options.schedule(() => this.#isScheduled && this.flush())
  }

  #show(part: Partial<Shown<Message>>): void {
    this.#shown = { ...this.#shown, ...part }
    for (const listener of this.#listeners) listener()
  }
}
