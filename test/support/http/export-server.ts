import type { Rates } from '../../../src/config/access-variables.ts'
import { createRateLimit } from '../../../src/guard/rate-limit.ts'
import { createExportRoutes, type ExportLimits } from '../../../src/http/routes/export-route.ts'
import { createAuthenticate } from '../../../src/http/security/authenticate.ts'
import { createCallers } from '../../../src/http/security/callers.ts'
import { createOrigins } from '../../../src/http/security/origins.ts'
import { createMetrics } from '../../../src/http/server/metrics.ts'
import { createHttpServer } from '../../../src/http/server/server.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'

export const adminKey = 'canary-of-the-admin-key'
export const operatorKey = 'canary-of-the-operator-key'
export const completeThrough = new Date('2026-11-20T00:00:00Z')

/** A server that knows nothing but exports, on a port of its own. */
export const startExportServer = async (options: {
  db: Postgres
  store: ClickHouse
  limits?: Partial<ExportLimits>
  rates?: Rates
  publicAccess?: 'read' | 'none'
  log?: Log
}) => {
  const { db, store, limits, rates, publicAccess = 'read', log = silentLog } = options
  const rateLimit = rates && createRateLimit(rates)
  const authenticate = createAuthenticate({ adminKey, operatorKey, publicAccess })
  const callers = createCallers({ authenticate, rateLimit })
  const origins = createOrigins({ allowedOrigins: ['https://app.example.com'] })
  const history = { store, env: 'test', completeThrough: () => completeThrough, lost: () => [] }
  const exports = createExportRoutes({
    services: { databases: { dm: db, public: db }, history, registry: builtInPlatforms },
    callers,
    origins,
    rateLimit,
    ...(limits && { limits }),
    log,
  })
  const metrics = createMetrics([...exports.metrics])
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    origins,
    endpoint: undefined as never,
    guard: undefined as never,
    callers,
    metrics,
    routes: exports.routes,
    checks: [],
    clock: systemClock,
    log,
    drainMs: 100,
  })
  return {
    url: server.url,
    port: server.port,
    metrics,
    stop: () => server[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await exports[Symbol.asyncDispose]()
    },
  }
}

export type ExportServer = Awaited<ReturnType<typeof startExportServer>>
