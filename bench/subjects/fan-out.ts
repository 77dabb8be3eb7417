/** The project's WebSocket server and hub over a real database; status changes are handed to the hub as the journal would. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '../../src/guard/guard.ts'
import { createLiveOperations } from '../../src/http/graphql/live-operation.ts'
import { createAuthenticate } from '../../src/http/security/authenticate.ts'
import { createCallers } from '../../src/http/security/callers.ts'
import { createOrigins } from '../../src/http/security/origins.ts'
import { createWebsocket } from '../../src/http/websocket/websocket.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createHub, type Hub } from '../../src/live/hub.ts'
import { createJournal, type Journal, type JournalReader } from '../../src/live/journal.ts'
import { createStatusSource, type JournalEvent } from '../../src/live/status-source.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import type { Services } from '../../src/resolvers/context.ts'
import { createCursors } from '../../src/resolvers/page-cursor.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { createPrisma } from '../../src/stores/postgres/prisma.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { serve } from '../support/rpc.ts'
import { type Published, sharedNowMs, watchedSlug } from '../support/status-message.ts'

/** Makes the journal end at an event, for the snapshots of those who subscribe after it. */
const endJournalAt = statement('bench_journal_end', 'UPDATE dm.status_journal SET pruned_through = $1')

let db: Postgres
let hub: Hub
let reader: JournalReader
let channel: JournalEvent['channel']
let lastId = 0n

const statusChange = (id: bigint): JournalEvent => {
  const now = new Date()
  return {
    channel,
    session: null,
    event: {
      id,
      channelId: channel.id,
      sessionStartedAt: null,
      eventType: 'stream_start',
      previousStatus: 'offline',
      newStatus: 'online',
      source: 'poll',
      platformEventId: null,
      eventTimestamp: now,
      receivedTimestamp: now,
      processedTimestamp: now,
      eventData: null,
    },
  }
}

serve({
  async start({ databaseUrl }: { databaseUrl: string }): Promise<number> {
    db = openPostgres({ url: databaseUrl, log: silentLog })
    const prisma = createPrisma(db)
    channel = await prisma.channel.findFirstOrThrow({ where: { currentSlug: watchedSlug } })
    const followed = createJournal({ postgres: db, log: silentLog })
    const journal: Journal = {
      ...followed,
      follow(told) {
        reader = told
        followed.follow(told)
      },
    }
    const source = createStatusSource((statement, values) => db.query(statement, values))
    hub = createHub({ journal, source, log: silentLog })
    // The viewer history is not reached by subscriptions to status.
    const services = {
      databases: { dm: db, public: db },
      prisma,
      registry: builtInPlatforms,
      platforms: new Map(),
      cursors: createCursors(db),
      access: { keys: undefined as never, watch: () => () => undefined },
      live: hub,
      clock: systemClock,
      log: silentLog,
    } as Partial<Services> as Services
    const guard = createGuard({ schema: buildSchema(), introspection: 'on' })
    const callers = createCallers({
      authenticate: createAuthenticate({ adminKey: 'a', operatorKey: 'b', publicAccess: 'read' }),
    })
    const live = createLiveOperations({ services, guard, log: silentLog })
    // Pings to idle clients would be charged to whichever server is being measured.
    const limits = { pingMs: 600_000 }
    const websocket = createWebsocket({
      services,
      guard,
      callers,
      live,
      origins: createOrigins(),
      log: silentLog,
      limits,
    })
    const server = createServer()
    server.on('upgrade', (request, socket, head) => websocket.upgrade(request, socket, head))
    await hub.opened(5_000)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 8_192, resolve))
    return (server.address() as AddressInfo).port
  },
  subscribers: () => hub.stats().subscribers.status,
  async publish(): Promise<Published> {
    const id = ++lastId
    await db.query(endJournalAt, [id])
    const event = statusChange(id)
    const startedAt = sharedNowMs()
    void reader.events([event])
    return { startedAt, marker: hub.cursorOf(id) }
  },
})
