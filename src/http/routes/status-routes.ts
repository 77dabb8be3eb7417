import { setTimeout as delay } from 'node:timers/promises'
import { reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Callers } from '../security/callers.ts'
import type { Metrics } from '../server/metrics.ts'
import { getOnly, type Route, type Routes } from '../server/route.ts'
import { sendError, sendJson } from '../server/send.ts'

/** Resolves when a part can do its work, or with one sentence for the outside why it can not; throwing counts as not answering. */
export type ReadinessCheck = { name: string; check: () => Promise<string | null> }

const checkTimeoutMs = 2_000

/** Asks one check: null, or one sentence for the outside what is wrong; at the latest after two seconds. */
export const askCheck = async ({ name, check }: ReadinessCheck, log: Log): Promise<string | null> => {
  const silent = `${name} does not answer.`
  const patience = new AbortController()
  try {
    return await Promise.race([check(), delay(checkTimeoutMs, silent, { signal: patience.signal })])
  } catch (error) {
    log.warn({ check: name, err: reasonText(error) }, 'a readiness check failed')
    return silent
  } finally {
    patience.abort()
  }
}

/** Why this process can not serve now, one sentence each without any secret; empty when it can. */
export const reasonsNotReady = async (checks: readonly ReadinessCheck[], log: Log): Promise<string[]> => {
  const reasons = await Promise.all(checks.map((check) => askCheck(check, log)))
  return reasons.filter((reason) => reason !== null)
}

/** `/health`: the process lives. `/ready`: whether it can serve, why not, and what is wrong although it can. */
export const createHealthRoutes = (options: {
  checks: readonly ReadinessCheck[]
  /** One sentence each, without any secret. */
  degraded: () => readonly string[]
  /** Whether the end was asked for. */
  isStopping: () => boolean
  log: Log
}): Routes => {
  const { checks, degraded, isStopping, log } = options
  return {
    '/health': getOnly((_, response) => sendJson(response, 200, { status: 'ok' })),
    '/ready': getOnly(async (_, response) => {
      const reasons = isStopping() ? ['This process is stopping.'] : await reasonsNotReady(checks, log)
      const ready = reasons.length === 0
      sendJson(response, ready ? 200 : 503, { ready, reasons, degraded: degraded() })
    }),
  }
}

/** `/metrics`, for callers with a key only where the public may not read. */
export const createMetricsRoute = (options: {
  metrics: Metrics
  callers: Callers
  publicAccess: 'read' | 'none'
}): Route => {
  const { metrics, callers, publicAccess } = options
  return getOnly(async (request, response) => {
    const { identity } = await callers.of(request)
    if (publicAccess === 'none' && identity.role === 'PUBLIC')
      return sendError(response, 403, 'FORBIDDEN', 'Metrics need role OPERATOR where PUBLIC_ACCESS is none.', {
        requiredRole: 'OPERATOR',
      })
    const text = await metrics.text()
    response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text)
  })
}
