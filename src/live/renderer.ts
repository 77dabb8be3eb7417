import type { Body, LiveMessage } from './message.ts'

/**
 * What is rendered under the same scope may share loaders: it lasts a second at most, and never from before an event to
 * after it.
 */
export type RenderScope = object

/** One way to show messages: a selection, the variables it uses and the role that looks. */
export type Renderer = {
  /** Equal keys render every message the same. */
  readonly key: string
  /** The message as this selection shows it; a failure is part of the body, never an exception. */
  render(message: LiveMessage, scope: RenderScope): Body | Promise<Body>
}
