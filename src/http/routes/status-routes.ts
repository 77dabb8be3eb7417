import { setTimeout as delay } from 'node:timers/promises'
import type { Caller } from '../../access/identity.ts'
import type { MetricsAccess } from '../../config/access-variables.ts'
import { reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { isLoopback } from '../../lib/loopback.ts'
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

/** Why a caller may not read the metrics, a sentence; null where they may. */
const metricsRefusal = (access: MetricsAccess, { identity, address }: Caller): string | null => {
  if (identity.role !== 'PUBLIC' || access === 'everybody') return null
  if (access === 'operator') return 'Metrics need role OPERATOR.'
  // A proxy on this machine is no program of this machine: who it asks for is somebody else.
  return isLoopback(address)
    ? null
    : 'Metrics need role OPERATOR, except for programs on the machine of the server: METRICS_ACCESS says who may read them.'
}

/** `/metrics`: they tell how much is watched and by whom it is asked, so the public does not read them unless it is told so. */
export const createMetricsRoute = (options: { metrics: Metrics; callers: Callers; access: MetricsAccess }): Route => {
  const { metrics, callers, access } = options
  return getOnly(async (request, response) => {
    const refusal = metricsRefusal(access, await callers.of(request))
    if (refusal !== null) return sendError(response, 403, 'FORBIDDEN', refusal, { requiredRole: 'OPERATOR' })
    const text = await metrics.text()
    response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text)
  })
}
