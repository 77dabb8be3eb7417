/** Lets the event loop turn after a fixed amount of work, whoever did it. */
export class Pacer {
  readonly #budget: number
  #left: number
  #turn: Promise<void> | undefined

  /** `budget` is counted in sends: about 10 µs each. */
  constructor(budget = 500) {
    this.#budget = budget
    this.#left = budget
  }

  /** Counts work done; true when it is time to await `turn()`. */
  spend(work = 1): boolean {
    this.#left -= work
    return this.#left <= 0
  }

  /** Resolves when there is budget again; everyone who waits shares it. */
  async turn(): Promise<void> {
    while (this.#left <= 0) {
      this.#turn ??= new Promise((resolve) =>
        setImmediate(() => {
          this.#left = this.#budget
          this.#turn = undefined
          resolve()
        }),
      )
      await this.#turn
    }
  }
}
