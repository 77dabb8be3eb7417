import { SpoolDiskError, SpoolFullError } from './spool-errors.ts'

/** Whether the spool takes rows, judged by the last attempt to store some. */
export type SpoolHealth = {
  /** An attempt failed. */
  note(error: unknown): void
  /** An attempt succeeded. */
  over(): void
  /**
   * One sentence why rows are refused; null after an attempt that succeeded. While rows are refused, asking starts an attempt, at
   * most once a second, because a node that is not ready gets no requests that would show that it takes rows again.
   */
  ask(): Promise<string | null>
}

const triesEveryMs = 1_000

const sentenceOf = (error: unknown): string | null => {
  if (error instanceof SpoolFullError) return 'The spool has no room: what comes in is refused.'
  if (error instanceof SpoolDiskError) return 'The disk of the spool takes nothing: what comes in is refused.'
  return null
}

/** `attempt` stores as much as the largest delivery and removes it again; it rejects as an append would. */
export const createSpoolHealth = (attempt: () => Promise<void>, steady: () => number): SpoolHealth => {
  let sentence: string | null = null
  let trying: Promise<void> | null = null
  let triedAt = Number.NEGATIVE_INFINITY

  const note = (error: unknown): void => {
    sentence = sentenceOf(error) ?? sentence
  }
  const over = (): void => {
    sentence = null
  }
  return {
    note,
    over,
    async ask() {
      if (sentence === null) return null
      if (!trying && steady() - triedAt >= triesEveryMs) {
        triedAt = steady()
        trying = attempt()
          .then(over, note)
          .finally(() => {
            trying = null
          })
      }
      await trying
      return sentence
    },
  }
}
