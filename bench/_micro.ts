import { createGuard } from '../src/http/guard.ts'
import { createLiveOperations } from '../src/http/live-operation.ts'
import { silentLog as log } from '../src/lib/log.ts'
import { createHub } from '../src/live/hub.ts'
import { buildSchema } from '../src/schema/schema.ts'
import { statusDocument } from './support/status-message.ts'
const at = new Date('2026-11-22T12:00:00.000Z')
const channel = { id: 1n, platform: 'kick', currentSlug: 'channel-000001', status: 'online', isLive: true, externalId: 'x' } as any
let reader: any
let events = 0n
const live = createHub({
  journal: { follow(given) { reader = given; reader.begin({ epoch: 'bench', head: 0 }) }, health: () => ({ connected: true, lastReadAt: at }), async [Symbol.asyncDispose]() {} },
  source: { readChannels: async () => ({ channels: [], more: false, head: Number(events), asOf: at }), readEvents: async () => ({ events: [], more: false, head: Number(events), prunedThrough: 0 }), readChannelsById: async () => [] },
  log,
})
const services = { databases: { dm: { query: async () => [{ slug: 'channel-000001', id: 1n }] } }, live, log } as any
const guard = createGuard({ schema: buildSchema(), introspection: 'on' })
const ops = createLiveOperations({ services, guard, log })
const id = { role: 'PUBLIC', name: null } as const
const groups = Number(process.argv[2])
let got = 0
for (let i = 0; i < 5000; i++) {
  const p = guard.prepare({ query: statusDocument(groups > 1 ? 'g' + (i % groups) : ''), variables: { slugs: ['channel-000001'] } }, id) as any
  const o = await ops.open(p, { identity: id, requestId: 'x' }) as any
  o.stream.open(o.shape, { ready: true, write: (b: any) => { got += b[0].bytes.length }, end() {} })
}
await new Promise((r) => setTimeout(r, 200))
const times = []
for (let n = 0; n < 400; n++) {
  const before = live.stats().messages
  const t = performance.now()
  const event = { id: ++events, channelId: 1n, sessionStartedAt: null, eventType: 'stream_start', previousStatus: 'offline', newStatus: 'online', source: 'poll', platformEventId: null, eventTimestamp: at, receivedTimestamp: at, processedTimestamp: at, eventData: null }
  void reader.events([{ event, channel, session: null }])
  while (live.stats().messages - before < 5000) await new Promise((r) => setImmediate(r))
  times.push(performance.now() - t)
  await new Promise((r) => setTimeout(r, 2))
}
times.sort((a, b) => a - b)
console.log(groups, 'groups: ms per event median', times[30]!.toFixed(2), 'min', times[0]!.toFixed(2))
setTimeout(() => process.exit(0), 50)
