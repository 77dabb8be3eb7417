/**
 * Lets the event loop turn after a fixed amount of work, whoever did it: `while (pacer.spent) await pacer.next()` right
 * before a piece of work and `pacer.spend()` in it.
 */
export class EventLoopBudget {
  readonly #budget: number
  #left: number
  #next: Promise<void> | undefined

  /** `budget` is how many messages are rendered or written in one turn: 10 to 30 µs each. */
  constructor(budget = 500) {
    this.#budget = budget
    this.#left = budget
  }

  /** Whether the work of this turn is done. */
  get spent(): boolean {
    return this.#left <= 0
  }

  spend(work: number): void {
    this.#left -= work
    void this.next()
  }

  /** The next turn, the same for all who wait; whoever comes late to it may find it spent again. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#left = this.#budget
        this.#next = undefined
        resolve()
      }),
    )
    return this.#next
  }
}
