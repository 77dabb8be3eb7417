import type { Log } from '../lib/log.ts'
import type { LiveMessage } from './message.ts'
import type { Pacer } from './pacer.ts'
import type { RenderCache } from './render-cache.ts'
import type { Scope } from './shape.ts'
import type { Subscriber } from './subscriber.ts'

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
  /**
   * What a subscriber is told for whom the items after `after` up to `through` are lost; null when that has ended it.
   */
  gap(subscriber: Subscriber, after: number, through: number): LiveMessage | null
}
