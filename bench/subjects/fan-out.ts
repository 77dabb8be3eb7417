/** The project's way from a journal that was read to its WebSocket subscribers: hub, schema, protocol and sockets; no database. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Channel } from '../../prisma/generated/client/client.ts'
import { createGuard } from '../../src/http/guard.ts'
import { createLiveOperations } from '../../src/http/live-operation.ts'
import { createWebsocket } from '../../src/http/websocket.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createHub } from '../../src/live/hub.ts'
import type { JournalReader } from '../../src/live/journal.ts'
import type { Services } from '../../src/resolvers/context.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { serve } from '../support/rpc.ts'
import { sharedNowMs, watchedSlug } from '../support/status-message.ts'

const at = new Date('2026-11-22T12:00:00.000Z')
const channel = { id: 1n, platform: 'kick', currentSlug: watchedSlug, status: 'online', isLive: true } as Channel
const log = silentLog

let reader: JournalReader
const live = createHub({
  journal: {
    follow(given) {
      reader = given
      reader.begin({ epoch: 'bench', head: 0 })
    },
    health: () => ({ connected: true, lastReadAt: at }),
    async [Symbol.asyncDispose]() {},
  },
  source: {
    // No channels, no snapshots: every message is an event.
    readChannels: async () => ({ channels: [], head: Number(events), asOf: at }),
    readEvents: async () => ({ events: [], head: Number(events), prunedThrough: 0 }),
    readChannelsById: async () => [],
  },
  log,
})
const dm = { query: async () => [{ slug: watchedSlug, id: channel.id }] }
const services = { databases: { dm }, live, clock: systemClock, log } as unknown as Services
const guard = createGuard({ schema: buildSchema(), introspection: 'on' })
const websocket = createWebsocket({
  services,
  guard,
  authenticate: () => ({ role: 'PUBLIC', name: null }),
  live: createLiveOperations({ services, guard, log }),
  allowedOrigins: [],
  log,
  // Pings to idle clients would be charged to whichever server is being measured.
  limits: { pingMs: 600_000 },
})

let events = 0n

serve({
  async start(): Promise<number> {
    const server = createServer()
    server.on('upgrade', (request, socket, head) => websocket.upgrade(request, socket, head))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 8_192, resolve))
    return (server.address() as AddressInfo).port
  },
  subscribers: () => live.stats().subscribers.status,
  /** The cursor of a journal's event is not ours to choose: the given one stands in the channel. */
  publish(cursor: string): number {
    const startedAt = sharedNowMs()
    const event = {
      id: ++events,
      channelId: channel.id,
      sessionStartedAt: null,
      eventType: 'stream_start',
      previousStatus: 'offline',
      newStatus: 'online',
      source: 'poll',
      platformEventId: null,
      eventTimestamp: at,
      receivedTimestamp: at,
      processedTimestamp: at,
      eventData: null,
    }
    void reader.events([{ event, channel: { ...channel, externalId: cursor }, session: null }])
    return startedAt
  },
})
