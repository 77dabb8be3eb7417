/** Why an operation is executed although nothing failed: it has no compiled form. */
export type NotCompiledReason = 'mutation' | 'field' | 'role' | 'arguments'

/** Why an operation was executed although it has a compiled form, or may have one. */
export type FallbackReason = 'input' | 'journal' | 'delegated' | 'value' | 'unavailable' | 'error'

/** An operation is executed: the reason as a label of the metric, and as a sentence. */
export type Executed =
  | { way: 'executed'; reason: NotCompiledReason; because: string }
  | { way: 'fallback'; reason: FallbackReason; because: string }

/** Thrown while a statement is written: the operation, or what its arguments ask for, has no compiled form. */
export class NotCompiled extends Error {
  readonly executed: Executed

  /** `because` is the sentence that `channelscope explain` prints. */
  constructor(reason: NotCompiledReason, because: string) {
    super(because)
    this.executed = { way: 'executed', reason, because }
  }
}

/** A value of the caller is wrong. The execution tells what is wrong with it. */
export const wrongInput = (error: unknown): Executed => ({
  way: 'fallback',
  reason: 'input',
  because: `An argument is refused: ${(error as Error).message}`,
})
