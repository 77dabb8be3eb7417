import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../../access/identity.ts'
import {
  type ChannelIdentity,
  channelIdByExternalId,
  channelIdByPlatformUserId,
  channelIdBySlug,
  channelIdentity as channelWithId,
} from '../../channels/channel-lookup.ts'
import { exportFormats } from '../../exports/export-format.ts'
import { type ExportKind, exportKinds, isOfOneChannel, runExport } from '../../exports/run-export.ts'
import type { RateLimit } from '../../guard/rate-limit.ts'
import { limitConcurrency } from '../../lib/concurrency-limit.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { isLoopback } from '../../lib/loopback.ts'
import type { HistoryKind, Services } from '../../resolvers/context.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import type { TimeRange } from '../../telemetry/buckets.ts'
import { completeWithin } from '../../telemetry/series.ts'
import type { Callers } from '../security/callers.ts'
import { handleCors, type Origins } from '../security/origins.ts'
import { responseClosedSignal } from '../server/response-closed-signal.ts'
import type { Route } from '../server/route.ts'
import { sendError, sendRefusal } from '../server/send.ts'
import { endForReader, writeToReader } from '../server/write-to-reader.ts'
import { createExportMetrics } from './export-metrics.ts'
import { type ExportChannel, type ExportRequest, parseExportRequest } from './export-request.ts'

/** How much of the server exports may take. */
export type ExportLimits = {
  /** Exports that are sent at once, and those that may wait for a place. */
  places: number
  waiting: number
  /** How long one may wait for a place. */
  waitMs: number
  /** Exports of one caller, waiting or being sent. */
  perCaller: number
  /** How long a reader may take nothing, and how long an export may take altogether. */
  stallMs: number
  totalMs: number
}

export type ExportRouteOptions = {
  services: Pick<Services, 'databases' | 'history' | 'registry' | 'clock'>
  callers: Callers
  origins: Origins
  /** Absent: nobody counts. */
  rateLimit?: RateLimit | undefined
  limits?: Partial<ExportLimits>
  log: Log
}

/** An export takes a few megabytes while it is sent and the engine for tens of milliseconds at a time. */
const defaultLimits: ExportLimits = {
  places: 4,
  waiting: 8,
  waitMs: 10_000,
  perCaller: 2,
  stallMs: 30_000,
  totalMs: 3_600_000,
}

const ownHeaders = ['Content-Disposition', 'Trailer', 'X-Complete-Through'] as const
const exposedHeaders = [...ownHeaders, 'X-Content-SHA256', 'X-Row-Count', 'Retry-After'].join(', ')

/** What an export counts as, in requests. */
const price = 20

/** What has to have arrived before a range is closed; a session changes until it has ended. */
const historyOf: Partial<Record<ExportKind, HistoryKind>> = {
  viewers: 'probes',
  rankings: 'probes',
  chat: 'chat',
  follows: 'follows',
}

const retryLater = (code: 'UNAVAILABLE' | 'RATE_LIMITED', message: string, seconds: number): ApiError =>
  new ApiError(code, message, {
    retryAfterSeconds: seconds,
    http: { status: code === 'UNAVAILABLE' ? 503 : 429, headers: { 'Retry-After': String(seconds) } },
  })

const tookTooLong = (): ApiError => retryLater('UNAVAILABLE', 'The export took too long: ask for a shorter range.', 60)

const findChannel = async (db: Postgres, asked: ExportChannel): Promise<ChannelIdentity> => {
  const idOf = () => {
    if ('slug' in asked) return channelIdBySlug(db, asked.platform, asked.slug)
    if ('platformUserId' in asked) return channelIdByPlatformUserId(db, asked.platform, asked.platformUserId)
    return 'id' in asked.reference ? asked.reference.id : channelIdByExternalId(db, asked.reference.externalId)
  }
  const id = await idOf()
  const found = id === null ? null : await channelWithId(db, id)
  if (!found)
    throw new ApiError('NOT_FOUND', `There is no channel with this ${asked.argument}.`, { http: { status: 404 } })
  return found
}

const compact = (instant: Date): string => instant.toISOString().replace(/[-:]|\.000/g, '')

const fileName = (
  kind: ExportKind,
  channel: ChannelIdentity | null,
  { platform, range, format }: ExportRequest,
): string => {
  const of = channel ? channel.currentSlug?.replace(/[^a-z0-9_-]/g, '') || channel.id : (platform ?? 'all')
  return `${of}-${kind}-${compact(range.from)}-${compact(range.to)}.${format}`
}

/** What the caller is told when a store does not answer. */
const withStatus = (error: unknown): unknown =>
  error instanceof ApiError && error.code === 'UNAVAILABLE' && error.extensions.http === undefined
    ? retryLater('UNAVAILABLE', error.message, 5)
    : error

/**
 * Answers `/export/` and a kind of exports. Disposing cuts the exports under way and waits for their end.
 */
export const createExportRoutes = (options: ExportRouteOptions) => {
  const { services, callers, origins, rateLimit, log } = options
  const { databases, history } = services
  const limits = { ...defaultLimits, ...options.limits }
  const stores = { db: databases.dm, clickHouse: history.store, env: history.env }
  const queue = limitConcurrency({ slots: limits.places, maxQueued: limits.waiting, maxWaitMs: limits.waitMs }, () =>
    retryLater('UNAVAILABLE', `All ${limits.places} places for exports are taken: try again later.`, 10),
  )
  const metrics = createExportMetrics(queue.stats)
  const exporting = new Map<string, number>()
  const stopped = new AbortController()

  /** Sends the document, or only its checksum, of which nobody can read half. */
  const answer = async (
    kind: ExportKind,
    asked: ExportRequest & { forOperator: boolean },
    channel: ChannelIdentity | null,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> => {
    const sha256 = createHash('sha256')
    let count = 0
    for await (const { bytes, rows } of runExport(kind, stores, { ...asked, channel }, signal)) {
      sha256.update(bytes)
      count += rows
      if (asked.checksum) continue
      await writeToReader(response, bytes, limits.stallMs, signal)
      metrics.sent(kind, rows, bytes.length)
    }
    const [digest, rows] = [sha256.digest('hex'), String(count)]
    if (asked.checksum) {
      response.writeHead(200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-SHA256': digest,
        'X-Row-Count': rows,
      })
      response.write(`${digest}  ${fileName(kind, channel, asked)}\n`)
    } else response.addTrailers({ 'X-Content-SHA256': digest, 'X-Row-Count': rows })
    await endForReader(response, limits.stallMs, signal)
  }

  /** Answers in a place, and so that whatever ends it early is seen by the reader. */
  const inPlace = async (kind: ExportKind, response: ServerResponse, work: (signal: AbortSignal) => Promise<void>) => {
    const closed = responseClosedSignal(response)
    if (closed.aborted) return
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(tookTooLong()), limits.totalMs)
    const signal = AbortSignal.any([closed, over.signal, stopped.signal])
    try {
      await queue.run(() => work(signal), signal)
      metrics.ended(kind, 'whole')
    } catch (error) {
      if (closed.aborted) return metrics.ended(kind, 'left')
      if (response.headersSent) {
        metrics.ended(kind, 'cut')
        log.warn({ err: error, kind }, 'an export was cut')
        // Without the last chunk, and where there are no chunks with a reset: an end would look like that of the document.
        response.socket?.resetAndDestroy()
        return
      }
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  const requireShare = ({ identity, address }: Caller): (() => void) => {
    const wait = rateLimit?.spend({ identity, address }, price) ?? 0
    if (wait > 0) throw retryLater('RATE_LIMITED', `Too many requests: there will be room in ${wait} seconds.`, wait)
    const caller = identity.subject ?? `address ${address}`
    const running = exporting.get(caller) ?? 0
    // Behind this machine's own address may be everybody, brought by a proxy that does not tell for whom it asks.
    const isAnybody = identity.subject === null && isLoopback(address)
    if (running >= limits.perCaller && !isAnybody)
      throw retryLater('RATE_LIMITED', `A caller may have ${limits.perCaller} exports at a time.`, 10)
    exporting.set(caller, running + 1)
    return () => {
      const others = exporting.get(caller)! - 1
      if (others > 0) exporting.set(caller, others)
      else exporting.delete(caller)
    }
  }

  const completeThrough = (kind: ExportKind, { from, to }: TimeRange): Date | null => {
    const of = historyOf[kind]
    if (!of) return null
    const known = { completeThrough: history.completeThrough(of).getTime(), lost: history.lost(of) }
    return new Date(completeWithin({ from: from.getTime(), to: to.getTime() }, known))
  }

  const handle = async (kind: ExportKind, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sender = await callers.of(request)
    if (kind === 'chat' && sender.identity.role === 'PUBLIC')
      throw new ApiError(
        'FORBIDDEN',
        'Exports of chat need role OPERATOR and you are PUBLIC: send a key of that role.',
        {
          requiredRole: 'OPERATOR',
          http: { status: 403 },
        },
      )
    const asked = {
      ...parseExportRequest(services.registry, request.url?.split('?', 2)[1] ?? '', {
        now: services.clock(),
        needsChannel: isOfOneChannel(kind),
      }),
      forOperator: sender.identity.role !== 'PUBLIC',
    }
    const giveBack = requireShare(sender)
    try {
      const channel = asked.channel && (await findChannel(databases.dm, asked.channel))
      const name = `${fileName(kind, channel, asked)}${asked.checksum ? '.sha256' : ''}`
      if (!asked.checksum) response.setHeader('Content-Type', exportFormats[asked.format].mediaType)
      response.setHeader('Cache-Control', 'no-store')
      response.setHeader('Content-Disposition', `attachment; filename="${name}"`)
      const until = completeThrough(kind, asked.range)
      if (until) response.setHeader('X-Complete-Through', until.toISOString())
      if (request.method === 'HEAD') return void response.end()
      // Without chunks there are no trailers either.
      if (!asked.checksum && request.httpVersion !== '1.0')
        response.setHeader('Trailer', 'X-Content-SHA256, X-Row-Count')
      await inPlace(kind, response, (signal) => answer(kind, asked, channel, response, signal))
    } finally {
      giveBack()
    }
  }

  const route =
    (kind: ExportKind): Route =>
    async (request, response) => {
      if (handleCors(request, response, origins)) return
      response.setHeader('Access-Control-Expose-Headers', exposedHeaders)
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD, OPTIONS')
        return sendError(response, 405, 'BAD_USER_INPUT', 'An export is asked for by GET.')
      }
      // An export watches its reader itself, so that one that is cut is told from one whose reader has left.
      response.setTimeout(0)
      try {
        await handle(kind, request, response)
      } catch (error) {
        // An error is no attachment, and has no chunks that could have a trailer.
        if (!response.headersSent) for (const name of ownHeaders) response.removeHeader(name)
        if (!(error instanceof ApiError)) throw error
        sendRefusal(response, withStatus(error) as ApiError)
      }
    }

  return {
    routes: Object.fromEntries(exportKinds.map((kind) => [`/export/${kind}`, route(kind)])),
    metrics: metrics.families,
    /** What is refused, one sentence each. */
    degraded: () =>
      queue.stats().queued < limits.waiting ? [] : ['All places for exports are taken: more are refused.'],
    async [Symbol.asyncDispose](): Promise<void> {
      stopped.abort(retryLater('UNAVAILABLE', 'The server is stopping: try again.', 5))
      await queue.close()
    },
  }
}
