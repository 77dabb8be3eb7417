import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Span as OtelSpan, Tracer as OtelTracer } from '@opentelemetry/api'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'
import { type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { keepSpans, type Span, type Tracer } from '../lib/tracing.ts'
import { withoutLastSlashes } from '../lib/urls.ts'

export type TracingOptions = {
  /** The collector's base URL; spans are sent below it as JSON to `/v1/traces`. */
  endpoint: string
  serviceName: string
  steady?: Steady
  log: Log
  /** How long spans may be gathered before they are sent. */
  scheduledDelayMs?: number
}

const exportTimeoutMs = 2_000
const goodbyeMs = 2_500
const complainEveryMs = 60_000

type Api = typeof import('@opentelemetry/api')

/** The caller's place in a trace, from a `traceparent` header; undefined when it is none. */
const readTraceparent = (
  header: string | undefined,
): { traceId: string; spanId: string; traceFlags: number } | undefined => {
  const [, version, traceId, spanId, flags] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/.exec(header ?? '') ?? []
  if (!traceId || !spanId || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags!, 16) }
}

/** What may be told of an error: what it is and its code. Its message can hold what a caller sent. */
const reasonOf = (error: unknown): string => {
  const { name = 'unknown', code } = (error ?? {}) as { name?: string; code?: unknown }
  return typeof code === 'string' ? `${name} ${code}` : String(name)
}

/** The rest of the code's tracer over one of OpenTelemetry's. Which span is under way follows the flow of promises. */
const createTracer = ({ ROOT_CONTEXT, SpanKind, SpanStatusCode, trace }: Api, otel: OtelTracer): Tracer => {
  const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT }
  const contexts = new AsyncLocalStorage<() => Context>()
  const rootOf = (header: string | undefined): Context => {
    const parent = readTraceparent(header)
    return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT
  }
  return {
    run(name, { kind = 'internal', attributes = {}, parent, onlyWithChildren = false }, work) {
      const above = contexts.getStore()
      const startTime = new Date(performance.timeOrigin + performance.now())
      let begun: { span: OtelSpan; context: Context } | undefined
      let ended = false
      const currentContext = (): Context => {
        const outer = above?.() ?? rootOf(parent)
        if (ended) return begun?.context ?? outer
        if (!begun) {
          const span = otel.startSpan(name, { kind: kinds[kind], attributes, startTime }, outer)
          begun = { span, context: trace.setSpan(outer, span) }
        }
        return begun.context
      }
      if (!onlyWithChildren) currentContext()
      const handle: Span = {
        set: (more) => void begun?.span.setAttributes(more),
        fail: (message) => void begun?.span.setStatus({ code: SpanStatusCode.ERROR, message }),
      }
      const end = (): void => {
        ended = true
        begun?.span.end()
      }
      const fail = (error: unknown): void => {
        handle.fail(reasonOf(error))
        end()
      }
      let result: ReturnType<typeof work>
      try {
        result = contexts.run(currentContext, () => work(handle))
      } catch (error) {
        fail(error)
        throw error
      }
      if (!(result instanceof Promise)) {
        end()
        return result
      }
      return result.then(
        (value) => {
          end()
          return value
        },
        (error) => {
          fail(error)
          throw error
        },
      ) as typeof result
    },
  }
}

/** The exporter with a word in the log when it fails, once in a while; the collector's URL may hold a secret and is never told. */
const complaining = (exporter: SpanExporter, { steady = systemSteady, log }: TracingOptions): SpanExporter => {
  let complainedAt = Number.NEGATIVE_INFINITY
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        if (result.code !== 0 && steady() - complainedAt >= complainEveryMs) {
          complainedAt = steady()
          log.warn({ spans: spans.length }, 'OTEL_EXPORTER_OTLP_ENDPOINT does not take traces; they are lost')
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/**
 * Sends spans of the whole process to a collector from now on. What it needs is loaded only here. Spans wait in a bounded queue and are
 * lost when nobody takes them; disposing sends what is left, for two and a half seconds at most.
 */
export const openTracing = async (options: TracingOptions): Promise<AsyncDisposable> => {
  const [api, { BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const exporter = new OTLPTraceExporter({
    url: `${withoutLastSlashes(options.endpoint)}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  })
  const processor = new BatchSpanProcessor(complaining(exporter, options), {
    scheduledDelayMillis: options.scheduledDelayMs,
    exportTimeoutMillis: exportTimeoutMs + 500,
  })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    spanProcessors: [processor],
  })
  const keeping = keepSpans(createTracer(api, provider.getTracer('channelscope')))
  return {
    async [Symbol.asyncDispose]() {
      keeping[Symbol.dispose]()
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, goodbyeMs)
      })
      await Promise.race([provider.shutdown().catch(() => undefined), patience])
      clearTimeout(timer)
    },
  }
}
