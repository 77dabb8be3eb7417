import type { Log } from '../lib/log.ts'
import type { EventLoopBudget } from './event-loop-budget.ts'
import type { Body, LiveMessage } from './message.ts'
import type { FeedItem } from './recent-items.ts'
import type { RenderCache } from './render-cache.ts'
import type { RenderScope } from './renderer.ts'

/** Counted since the start. */
export type LiveCounts = { messages: number; gaps: number }

/** Somebody to whom a selection group hands what it rendered. */
export type GroupMember = {
  /** Whether they would pass on an item now. */
  readonly ready: boolean
  /** Takes items with their bodies; what can not be passed on now is caught up later. */
  offer(items: readonly FeedItem[], bodies: readonly Body[]): void
  /** Remembers that these items were not handed over. */
  markMissed(items: readonly FeedItem[]): void
  /** Reads on from this number of the feed. */
  catchUpFrom(seq: number): void
}

/** What the parts of the hub share. */
export type HubContext = {
  readonly budget: EventLoopBudget
  readonly cache: RenderCache
  readonly counts: LiveCounts
  readonly log: Log
  /** The scope of this moment. */
  scope(): RenderScope
  /**
   * What a member is told for whom the items after `after` up to `through` are lost; null when that has ended it.
   */
  gap(member: GroupMember, after: number, through: number): LiveMessage | null
}
