import type { ChatNotice } from './chat-notice.ts'

/** What a notice says about lines that came before it. */
export type NoticeContinuity = {
  /** Whether its lines are new. */
  isNew: boolean
  /** How many notices before it did not arrive. */
  missed: number
  /** Whose chat has a hole: that of everybody, of subscribers from before the connection, or of nobody. */
  hole: 'everybody' | 'earlier' | null
}

/** How many nodes are kept; each start of a node counts as another one. */
const maxNodes = 1_000

/**
 * The nodes that send chat, each with its last notice. A subscriber that joined after the connection was made can only have
 * missed lines that were lost on the connection or that a node dropped. An earlier one can also have missed what came before
 * the connection.
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
    // Of a new node it is not known what it sent while there was no connection.
    return { isNew: true, missed: known ? missed : 0, hole: isHole ? 'everybody' : missed > 0 ? 'earlier' : null }
  }

  /** Whether a node is silent since `instant` without having ended; each such node counts once. */
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
