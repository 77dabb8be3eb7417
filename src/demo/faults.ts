import { createRandom } from './random.ts'

/** What happens to a whole answer. */
export type AnswerFault =
  /** The token of the request stops working for good, although it has not expired. */
  | { kind: 'early-401' }
  | { kind: 'rate-limited'; retryAfterSeconds?: number }
  /** An error page in HTML. */
  | { kind: 'html-error'; status?: 500 | 502 | 503 }
  /** The edge refuses the request with its own kind of JSON. */
  | { kind: 'edge-blocked' }
  | { kind: 'never-answers' }
  /** The right answer of the instant of the request, sent after a delay. */
  | { kind: 'slow'; delayMs: number }
  /** The right answer of the instant of the request, sent when the promise settles. */
  | { kind: 'held'; until: Promise<unknown> }
  /** A complete response whose JSON breaks off in the middle. */
  | { kind: 'truncated' }
  /** The connection ends in the middle of the body. */
  | { kind: 'cut-off' }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }

/** What is wrong inside an otherwise good answer. */
export type DataFault =
  /** A live channel shows 1 viewer. */
  | { kind: 'viewer-count-one' }
  /** A row of `channels` looks like that of an offline channel without any profile. */
  | { kind: 'zero-valued' }
  /** Every second row of a `channels` call with several slugs is zero-valued. */
  | { kind: 'half-wrong-slugs' }
  /** A channel stays listed after its broadcast ended. */
  | { kind: 'stale-live' }
  /** One unknown slug fails the whole `channels` call with 400; otherwise its row is missing. */
  | { kind: 'unknown-slug-rejected' }
  | { kind: 'extra-fields' }
  /** Every field that a reader can do without is missing. */
  | { kind: 'missing-fields' }
  /** Timestamps carry an offset of +11:00. */
  | { kind: 'offset-timestamps' }
  /** Top-level fields of the item get these values; undefined removes the field. */
  | { kind: 'patched'; fields: Record<string, unknown> }

/** Where and how often a fault strikes. */
export type FaultScope = {
  /** Exact path; otherwise every path below `/public/`. The OAuth paths have to be named. */
  path?: string
  /** Data faults: only these channels. */
  ids?: readonly number[]
  /** Strikes at most this often, then removes itself. */
  times?: number
  /** Chance of each strike, 0 to 1, drawn from the seed; 1 unless told. Data faults of items draw for each item. */
  probability?: number
}

/** One fault and where it strikes. */
export type Fault = (AnswerFault | DataFault) & FaultScope

/** A fault in force. */
export type ActiveFault = {
  readonly hits: number
  /** Settles at the first strike. */
  readonly struck: Promise<void>
  remove(): void
}

/** The faults in force. */
export type Faults = {
  readonly isEmpty: boolean
  add(fault: Fault): ActiveFault
  clear(): void
  /** The first fault that strikes the whole answer to this path now. */
  strikeAnswer(path: string): AnswerFault | null
  /** The first fault of this kind that strikes data of this path, and of this channel if one is named. */
  strike<K extends DataFault['kind']>(kind: K, path: string, id?: number): (DataFault & { kind: K }) | null
}

const dataKinds: Record<DataFault['kind'], true> = {
  'viewer-count-one': true,
  'zero-valued': true,
  'half-wrong-slugs': true,
  'stale-live': true,
  'unknown-slug-rejected': true,
  'extra-fields': true,
  'missing-fields': true,
  'offset-timestamps': true,
  patched: true,
}

/** No faults yet; chances are drawn from the seed in the order of the requests. */
export const createFaults = (seed = 1): Faults => {
  type Entry = { fault: Fault; hits: number; strike: () => void }
  const random = createRandom(seed)
  const active = new Set<Entry>()

  const strikes = (entry: Entry, path: string, id?: number): boolean => {
    const { path: only, ids, times = Infinity, probability = 1 } = entry.fault
    if (only === undefined ? !path.startsWith('/public/') : path !== only) return false
    if (ids && (id === undefined || !ids.includes(id))) return false
    if (probability < 1 && random() >= probability) return false
    entry.hits++
    if (entry.hits >= times) active.delete(entry)
    entry.strike()
    return true
  }

  return {
    get isEmpty() {
      return active.size === 0
    },
    add(fault) {
      const { promise: struck, resolve } = Promise.withResolvers<void>()
      const entry: Entry = { fault, hits: 0, strike: resolve }
      if (fault.times !== 0) active.add(entry)
      return {
        get hits() {
          return entry.hits
        },
        struck,
        remove: () => void active.delete(entry),
      }
    },
    clear: () => active.clear(),
    strikeAnswer(path) {
      for (const entry of active) {
        if (!(entry.fault.kind in dataKinds) && strikes(entry, path)) return entry.fault as AnswerFault
      }
      return null
    },
    strike(kind, path, id) {
      for (const entry of active) {
        if (entry.fault.kind === kind && strikes(entry, path, id))
          return entry.fault as DataFault & { kind: typeof kind }
      }
      return null
    },
  }
}
