import { openAccess } from '../../../src/access/access.ts'
import { createChannelCounts } from '../../../src/channels/channel-counts.ts'
import { createGuard } from '../../../src/guard/guard.ts'
import { createEndpoint } from '../../../src/http/graphql/endpoint.ts'
import { createLiveOperations } from '../../../src/http/graphql/live-operation.ts'
import { createAuthenticate } from '../../../src/http/security/authenticate.ts'
import { createCallers } from '../../../src/http/security/callers.ts'
import { createOrigins } from '../../../src/http/security/origins.ts'
import { type ConnectionLimits, Connections } from '../../../src/http/server/connections.ts'
import { createMetrics } from '../../../src/http/server/metrics.ts'
import { createHttpServer } from '../../../src/http/server/server.ts'
import { createWebsocket, type SocketLimits } from '../../../src/http/websocket/websocket.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { createHub } from '../../../src/live/hub.ts'
import { createJournal } from '../../../src/live/journal.ts'
import { createStatusSource } from '../../../src/live/status-source.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import type { Services } from '../../../src/resolvers/context.ts'
import { createPageCursors } from '../../../src/resolvers/page-cursor.ts'
import { buildSchema } from '../../../src/schema/schema.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { createPrisma } from '../../../src/stores/postgres/prisma.ts'

export const adminKey = 'canary-of-the-live-admin-key'

export type LiveNodeOptions = {
  url: string
  log?: Log
  pollMs?: number
  limits?: Partial<SocketLimits & ConnectionLimits>
  allowedOrigins?: readonly string[]
  publicAccess?: 'read' | 'none'
  capacity?: { status: number; viewers: number }
}

/** One process' worth of live service over a database: its own pool, journal, hub, WebSocket and HTTP server. */
export const startLiveNode = async (options: LiveNodeOptions) => {
  const { log = silentLog, pollMs, limits, allowedOrigins = [], publicAccess = 'read', capacity } = options
  await using opened = new AsyncDisposableStack()
  const db = opened.use(openPostgres({ url: options.url, log, max: 8, connectTimeoutMs: 60_000 }))
  const prisma = createPrisma(db)
  opened.defer(() => prisma.$disconnect())
  const journal = createJournal({ postgres: db, log, pollMs })
  const source = createStatusSource((statement, values) => db.query(statement, values))
  const live = opened.use(createHub({ journal, source, log, capacity }))
  const access = opened.use(openAccess({ db, clock: systemClock, log }))
  const services: Services = {
    databases: { dm: db, public: db },
    prisma,
    registry: builtInPlatforms,
    platforms: new Map(),
    configuration: undefined as never,
    access,
    history: undefined as never,
    cursors: createPageCursors(db),
    live,
    linkUrl: (ticket) => ticket,
    clock: systemClock,
    log,
  }
  const channels = opened.use(createChannelCounts({ db, log, everyMs: 3_600_000 }))
  await channels.look()
  const guard = createGuard({ schema: buildSchema(), introspection: 'on', channels: channels.of })
  const callers = createCallers({
    authenticate: createAuthenticate({ adminKey, operatorKey: 'live-test-operator-key', publicAccess, access }),
  })
  const origins = createOrigins({ allowedOrigins })
  const operations = createLiveOperations({ services, guard, log })
  const connections = opened.use(new Connections(limits))
  const shared = { services, guard, callers, live: operations, connections, log }
  const websocket = createWebsocket({ ...shared, origins, limits })
  const endpoint = opened.use(createEndpoint(shared))
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    origins,
    endpoint,
    guard,
    callers,
    metrics: createMetrics([]),
    checks: [],
    stalledMs: connections.limits.stalledMs,
    clock: systemClock,
    log,
    onUpgrade: (request, socket, head) => websocket.upgrade(request, socket, head),
    drainMs: 1_000,
  })
  opened.use(server)
  opened.use(websocket)
  await live.opened(5_000)
  const stack = opened.move()
  return {
    db,
    live,
    journal,
    websocket,
    connections,
    channels,
    port: server.port,
    url: `${server.url}/graphql`,
    wsUrl: `ws://127.0.0.1:${server.port}/graphql`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type LiveNode = Awaited<ReturnType<typeof startLiveNode>>
