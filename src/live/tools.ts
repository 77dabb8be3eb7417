import type { Log } from '../lib/log.ts'
import type { LiveMessage } from './message.ts'
import type { Pacer } from './pacer.ts'
import type { RenderCache } from './render-cache.ts'
import type { Scope } from './shape.ts'

/** Counted since the start. */
export type LiveCounts = { messages: number; gaps: number }

/** What the parts of the hub share. */
export type Tools = {
  readonly pacer: Pacer
  readonly cache: RenderCache
  readonly counts: LiveCounts
  readonly log: Log
  /** The scope of this moment. */
  scope(): Scope
  /** Says that events after `after` up to `through` were not delivered. */
  gap(after: number, through: number): LiveMessage
}
