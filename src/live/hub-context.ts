import type { Log } from '../lib/log.ts'
import type { EventLoopBudget } from './event-loop-budget.ts'
import type { LiveMessage } from './message.ts'
import type { RenderCache } from './render-cache.ts'
import type { RenderScope } from './renderer.ts'
import type { Subscriber } from './subscriber.ts'

/** Counted since the start. */
export type LiveCounts = { messages: number; gaps: number }

/** What the parts of the hub share. */
export type HubContext = {
  readonly budget: EventLoopBudget
  readonly cache: RenderCache
  readonly counts: LiveCounts
  readonly log: Log
  /** The scope of this moment. */
  scope(): RenderScope
  /**
   * What a subscriber is told for whom the items after `after` up to `through` are lost; null when that has ended it.
   */
  gap(subscriber: Subscriber, after: number, through: number): LiveMessage | null
}
