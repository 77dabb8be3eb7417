import { type ActiveFault, createFaultSet, type FaultChance } from './fault-set.ts'

/** What happens to a whole answer. */
export type AnswerFault =
  /** The token of the request stops working for good, although it has not expired. */
  | { kind: 'early-401' }
  | { kind: 'rate-limited'; retryAfterSeconds?: number }
  /** An error page in HTML. */
  | { kind: 'html-error'; status?: 500 | 502 | 503 }
  /** The API refuses the request. */
  | { kind: 'rejected' }
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
  /** An event of a POST to the subscriptions gets an error instead of a subscription; drawn for each event. */
  | { kind: 'item-error'; error?: string }
  | { kind: 'extra-fields' }
  /** Every field that a reader can do without is missing. */
  | { kind: 'missing-fields' }
  /** Timestamps carry an offset of +11:00. */
  | { kind: 'offset-timestamps' }
  /** Top-level fields of the item get these values; undefined removes the field. */
  | { kind: 'patched'; fields: Record<string, unknown> }

/** Where and how often a fault strikes; data faults of items draw their chance for each item. */
type FaultScope = FaultChance & {
  /** Exact path; otherwise every path below `/public/`. The OAuth paths have to be named. */
  path?: string
  /** Only these channels: data of them, or calls that name one of them. */
  ids?: readonly number[]
}

/** One fault and where it strikes. */
export type Fault = (AnswerFault | DataFault) & FaultScope

/** The faults in force. */
export type Faults = {
  readonly isEmpty: boolean
  add(fault: Fault): ActiveFault
  clear(): void
  /** The first fault that strikes the whole answer to this path now; `query` is what the call names. */
  strikeAnswer(path: string, query?: string): AnswerFault | null
  /** The first fault of this kind that strikes data of this path, and of this channel if one is named. */
  strike<K extends DataFault['kind']>(kind: K, path: string, id?: number): (DataFault & { kind: K }) | null
}

const dataKinds: Record<DataFault['kind'], true> = {
  'viewer-count-one': true,
  'zero-valued': true,
  'half-wrong-slugs': true,
  'stale-live': true,
  'unknown-slug-rejected': true,
  'item-error': true,
  'extra-fields': true,
  'missing-fields': true,
  'offset-timestamps': true,
  patched: true,
}

const isAbout = ({ path: only, ids }: FaultScope, path: string, named: readonly number[]): boolean =>
  (only === undefined ? path.startsWith('/public/') : path === only) && (!ids || named.some((id) => ids.includes(id)))

/** Makes an empty set of faults; chances are drawn from the seed in the order of the requests. */
export const createFaults = (seed = 1): Faults => {
  const set = createFaultSet<Fault>(seed)
  return {
    get isEmpty() {
      return set.isEmpty
    },
    add: set.add,
    clear: set.clear,
    strikeAnswer: (path, query = '') => {
      const named = [...new URLSearchParams(query).values()].map(Number)
      return set.strike((fault) => !(fault.kind in dataKinds) && isAbout(fault, path, named)) as AnswerFault | null
    },
    strike: <K extends DataFault['kind']>(kind: K, path: string, id?: number) =>
      set.strike((fault) => fault.kind === kind && isAbout(fault, path, id === undefined ? [] : [id])) as
        | (DataFault & { kind: K })
        | null,
  }
}
