import type { Log } from '../lib/log.ts'
import type { EventLoopBudget } from './event-loop-budget.ts'
import type { Body, LiveMessage } from './message.ts'
import type { FeedItem } from './recent-items.ts'
import type { RenderCache } from './render-cache.ts'
import type { RenderScope } from './renderer.ts'

/** Counted since the start. */
export type LiveCounts = { messages: number; gaps: number }

/** A receiver of the messages that a selection group renders. */
export type GroupMember = {
  /** Whether it would send an item now. */
  readonly ready: boolean
  /** Takes items with their bodies; those that can not be sent now are read from the feed later. */
  offer(items: readonly FeedItem[], bodies: readonly Body[]): void
  /** Notes that these items were not handed over. */
  markMissed(items: readonly FeedItem[]): void
  /** Notes that items from this number on were not handed over. */
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
  /** The gap message for a member that lost the items after `after` up to `through`; null when that has ended it. */
  gap(member: GroupMember, after: number, through: number): LiveMessage | null
}
