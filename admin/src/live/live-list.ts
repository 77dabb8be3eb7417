/** A row of the page: a channel that is live, or that just was. */
export type LiveRow = {
  id: string
  platform: string
  slug: string | null
  displayName: string | null
  sessionId: string | null
  title: string | null
  category: string | null
  language: string | null
  /** When the broadcast began; null where it is not known yet. */
  startedAt: string | null
  /** Null where nobody knows: hidden, or not probed yet. */
  viewers: number | null
  /** When they were counted, in milliseconds of the epoch; 0 where they were not. */
  viewersAt: number
  /** It is over, and still has its place until the order is renewed. */
  isOver: boolean
}

/** What the page shows: the rows in order, and how many changes of the order wait. */
export type Shown = {
  ids: readonly string[]
  waiting: number
  /** How many of these go on or off. */
  entering: number
  live: number
  /** The sum of what is known; null where somebody is live and nothing is known. */
  viewers: number | null
  /** How many of those that are live tell no viewers. */
  uncounted: number
}

const empty: Shown = { ids: [], waiting: 0, entering: 0, live: 0, viewers: 0, uncounted: 0 }

type Moves = Pick<Shown, 'waiting' | 'entering'>

/** How many of `after` are not where they were, judged by the longest run that kept its order, and how many of these are new or gone. */
const movesBetween = (before: readonly string[], after: readonly string[]): Moves => {
  const place = new Map(before.map((id, i) => [id, i]))
  const tails: number[] = []
  for (const id of after) {
    const at = place.get(id)
    if (at === undefined) continue
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (tails[middle]! < at) low = middle + 1
      else high = middle
    }
    tails[low] = at
  }
  const there = new Set(after)
  const gone = before.filter((id) => !there.has(id)).length
  return {
    waiting: after.length - tails.length + gone,
    entering: after.filter((id) => !place.has(id)).length + gone,
  }
}

/**
 * The channels that are live, as they change. A row changes in place; the order changes only by `apply`, so that nothing moves under the
 * pointer. Listeners are told once for all changes that `flush` finds.
 */
export class LiveList {
  readonly #rows = new Map<string, LiveRow>()
  readonly #changed = new Set<string>()
  readonly #rowListeners = new Map<string, Set<() => void>>()
  readonly #listeners = new Set<() => void>()
  readonly #schedule: (flush: () => void) => void
  #isScheduled = false
  #shown: Shown = empty

  /** `schedule` says when changes are told, such as with the next frame. */
  constructor(schedule: (flush: () => void) => void) {
    this.#schedule = schedule
  }

  /** Replaces everything, as after a reload; the order is that of the rows. */
  load(rows: readonly LiveRow[]): void {
    for (const id of this.#rows.keys()) this.#changed.add(id)
    this.#rows.clear()
    for (const row of rows) {
      this.#rows.set(row.id, row)
      this.#changed.add(row.id)
    }
    this.apply()
  }

  row(id: string): LiveRow | undefined {
    return this.#rows.get(id)
  }

  get shown(): Shown {
    return this.#shown
  }

  /** A channel went on; or it is on, and more is known of its broadcast. */
  goOn(row: Omit<LiveRow, 'isOver'>): void {
    const before = this.#rows.get(row.id)
    const isSame = before && !before.isOver && before.sessionId === row.sessionId
    const { viewers, viewersAt } = isSame && before.viewersAt > row.viewersAt ? before : row
    this.#put({ ...row, viewers, viewersAt, isOver: false })
  }

  /** A broadcast is over. That of another session says nothing about the one that is on. */
  goOff(id: string, sessionId: string | null): void {
    const before = this.#rows.get(id)
    if (before && (sessionId === null || before.sessionId === sessionId)) this.#put({ ...before, isOver: true })
  }

  /** A new count; an older one than the last says nothing. */
  count(id: string, viewers: number | null, at: number): void {
    const before = this.#rows.get(id)
    if (before && at > before.viewersAt) this.#put({ ...before, viewers, viewersAt: at })
  }

  /** New words about a broadcast that is on. */
  describe(id: string, words: Pick<LiveRow, 'sessionId' | 'title' | 'category' | 'language'>): void {
    const before = this.#rows.get(id)
    if (before && before.sessionId === words.sessionId) this.#put({ ...before, ...words })
  }

  /** Puts the rows into the order of their viewers, and takes away those that are over. */
  apply(): void {
    for (const [id, row] of this.#rows) if (row.isOver) this.#rows.delete(id)
    this.#show(this.#wanted(), { waiting: 0, entering: 0 })
    this.flush()
  }

  /** Tells what changed since the last time. */
  flush(): void {
    this.#isScheduled = false
    const wanted = this.#wanted()
    this.#show(this.#shown.ids, movesBetween(this.#shown.ids, wanted))
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const id of changed) for (const listener of this.#rowListeners.get(id) ?? []) listener()
    for (const listener of this.#listeners) listener()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  subscribeRow(id: string, listener: () => void): () => void {
    const listeners = this.#rowListeners.get(id) ?? new Set()
    this.#rowListeners.set(id, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#rowListeners.delete(id)
    }
  }

  #put(row: LiveRow): void {
    this.#rows.set(row.id, row)
    this.#changed.add(row.id)
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#schedule(() => this.#isScheduled && this.flush())
  }

  #show(ids: readonly string[], moves: Moves): void {
    const on = [...this.#rows.values()].filter(({ isOver }) => !isOver)
    const counted = on.flatMap(({ viewers }) => viewers ?? [])
    const viewers = on.length > 0 && counted.length === 0 ? null : counted.reduce((sum, count) => sum + count, 0)
    const next: Shown = { ids, ...moves, live: on.length, viewers, uncounted: on.length - counted.length }
    const names = Object.keys(next) as (keyof Shown)[]
    if (names.some((name) => next[name] !== this.#shown[name])) this.#shown = next
  }

  #wanted(): string[] {
    const on = [...this.#rows.values()].filter(({ isOver }) => !isOver)
    return on.sort((a, b) => (b.viewers ?? -1) - (a.viewers ?? -1) || (a.id < b.id ? -1 : 1)).map(({ id }) => id)
  }
}
