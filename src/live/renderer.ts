import type { Body, LiveMessage } from './message.ts'

/** Messages that are rendered in the same scope may share loaders. A scope lasts a second at most, and ends with each event. */
export type RenderScope = object

/** Renders messages for one selection with its variables and a role. */
export type Renderer = {
  /** Equal keys give equal texts for every message. */
  readonly key: string
  /** Renders a message; a failure becomes part of the body, never an exception. */
  render(message: LiveMessage, scope: RenderScope): Body | Promise<Body>
}
