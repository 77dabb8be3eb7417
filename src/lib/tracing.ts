/** What a span tells beside its name and its times: never a value of a caller, a key or a URL. */
type Attributes = Readonly<Record<string, string | number | boolean>>

/** A piece of work that is under way. */
export type Span = {
  set(attributes: Attributes): void
  /** Says that the work went wrong although it did not throw. */
  fail(reason: string): void
}

export type SpanOptions = {
  /** `server`: for a caller; `client`: asked of somebody else. Internal unless told. */
  kind?: 'internal' | 'server' | 'client'
  attributes?: Attributes
  /** The caller's `traceparent` header, for the first span of a request. */
  parent?: string | undefined
  /** Only tells of the work when it had spans below it. */
  onlyWithChildren?: boolean
}

/** Whoever keeps the spans. */
export type Tracer = {
  /** Runs the work in a span below the one that is under way; it ends when the work does, and fails when the work throws. */
  run<T>(name: string, options: SpanOptions, work: (span: Span) => T): T
}

const unseen: Span = { set() {}, fail() {} }

let tracer: Tracer | undefined

/** Whether anybody keeps spans; asked where even making the attributes would cost. */
export const isTracing = (): boolean => tracer !== undefined

/** Runs the work in a span; where nobody keeps spans, just runs it. */
export const span = <T>(name: string, options: SpanOptions, work: (span: Span) => T): T =>
  tracer === undefined ? work(unseen) : tracer.run(name, options, work)

/** Has spans kept from now on, for the whole process, until what it returns is disposed of. */
export const keepSpans = (keeper: Tracer): Disposable => {
  const before = tracer
  tracer = keeper
  return {
    [Symbol.dispose]() {
      if (tracer === keeper) tracer = before
    },
  }
}
