import type { Body, LiveMessage } from './message.ts'

/**
 * What exists for as long as messages of one moment are rendered: loaders kept under it serve every selection, and never
 * tell what was true before the moment.
 */
export type Scope = object

/** One way to show messages: a selection, the variables it uses and the role that looks. */
export type Shape = {
  /** Equal keys render every message the same. */
  readonly key: string
  /** The message as this selection shows it; a failure is part of the body, never an exception. */
  render(message: LiveMessage, scope: Scope): Body | Promise<Body>
}
