/** Why an operation is executed although nothing failed: it has no compiled form. */
export type NotCompiledReason = 'mutation' | 'field' | 'role' | 'arguments'

/** Why an operation that has a compiled form, or might have one, was executed in the end. */
export type FallbackReason = 'input' | 'journal' | 'delegated' | 'value' | 'unavailable' | 'error'

/** That an operation is executed, with the reason as a label of the metric and as a sentence. */
export type Executed =
  | { way: 'executed'; reason: NotCompiledReason; because: string }
  | { way: 'fallback'; reason: FallbackReason; because: string }

/** Thrown while the statement of a request is sought: the operation, or what its arguments ask for, has no compiled form. */
export class NotCompiled extends Error {
  readonly executed: Executed

  /** `because` is one sentence for whoever asks for the way of an operation. */
  constructor(reason: NotCompiledReason, because: string) {
    super(because)
    this.executed = { way: 'executed', reason, because }
  }
}

/** A caller's value is wrong: the execution tells what is the matter with it. */
export const wrongInput = (error: unknown): Executed => ({
  way: 'fallback',
  reason: 'input',
  because: `An argument is refused: ${(error as Error).message}`,
})
