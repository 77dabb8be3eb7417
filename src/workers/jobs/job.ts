/** Periodic work of the whole cluster: at most one run at a time, wherever it is. */
export type Job = {
  /** Lowercase words joined by hyphens; also the name of its queue. */
  readonly name: string
  /** When it is due, in UTC, as five cron fields. */
  readonly cron: string
  /** It is also due so many seconds after a runner starts. */
  readonly afterStartSeconds?: number
  /** What it does, one sentence. */
  readonly description: string
  /** Does what is due and says what was done in one line; may die anywhere and is then run again. */
  run(signal: AbortSignal): Promise<string>
}
