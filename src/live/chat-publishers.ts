import type { ChatNotice } from './chat-notice.ts'

/** What a notice says about lines that came before it. */
export type NoticeContinuity = {
  /** Whether its lines are new. */
  isNew: boolean
  /** Notices before it that never came. */
  missed: number
  /** Whose chat has a hole: everybody's, that of those who were there before the connection, or nobody's. */
  hole: 'everybody' | 'earlier' | null
}

/** Nodes that are remembered; each start of a node is another one. */
const maxNodes = 1_000

/**
 * The nodes that are heard, and up to which of their notices. Whoever joined after the connection was made can have missed only
 * what was lost on the connection, or what a node says that it gave up; whoever was there before also what came in between.
 */
export class ChatPublishers {
  readonly #nodes = new Map<string, { number: number; at: number; isSilent: boolean }>()
  #connectedAt = 0

  /** A connection was made at an instant, in milliseconds of the monotonic clock. */
  connected(now: number): void {
    this.#connectedAt = now
  }

  hear({ node, number, state, lines }: ChatNotice, now: number): NoticeContinuity {
    const known = this.#nodes.get(node)
    const last = known?.number ?? 0
    const first = lines.length > 0 ? last + 1 : last
    if (number < first) return { isNew: false, missed: 0, hole: null }
    const missed = number - first
    const wasHeardHere = known !== undefined && known.at >= this.#connectedAt
    this.#nodes.delete(node)
    if (state !== 'ends') this.#nodes.set(node, { number, at: now, isSilent: false })
    if (this.#nodes.size > maxNodes) this.#nodes.delete(this.#nodes.keys().next().value!)
    const isHole = state === 'lost' || (missed > 0 && wasHeardHere)
    // Of a node that was never heard before nobody knows what it said while there was no connection.
    return { isNew: true, missed: known ? missed : 0, hole: isHole ? 'everybody' : missed > 0 ? 'earlier' : null }
  }

  /** Whether a node has fallen silent since `instant` without a word; each is told once. */
  silentSince(instant: number): boolean {
    let found = false
    for (const known of this.#nodes.values()) {
      if (known.isSilent || known.at >= instant) continue
      known.isSilent = true
      found = true
    }
    return found
  }
}
