/**
 * Gives other events their turn after a fixed amount of work of all users together: `while (budget.spent) await budget.next()`
 * comes right before a piece of work, and `budget.spend()` is in it.
 */
export class EventLoopBudget {
  readonly #budget: number
  #remaining: number
  #next: Promise<void> | undefined

  /** `budget` is the number of messages that are rendered or written in one turn, at 10 to 30 µs each. */
  constructor(budget = 500) {
    this.#budget = budget
    this.#remaining = budget
  }

  /** Whether the work of this turn is done. */
  get spent(): boolean {
    return this.#remaining <= 0
  }

  spend(work: number): void {
    this.#remaining -= work
    void this.next()
  }

  /** The next turn, shared by all who wait. A late one may find it spent again. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#remaining = this.#budget
        this.#next = undefined
        resolve()
      }),
    )
    return this.#next
  }
}
