/** The project's WebSocket server and hub over a real database; status changes are handed to the hub as the journal would. */
import { silentLog } from '../../src/lib/log.ts'
import type { Hub } from '../../src/live/hub.ts'
import { interestInAll } from '../../src/live/interest.ts'
import { createJournal, type Journal, type JournalReader } from '../../src/live/journal.ts'
import { createStatusSource, type JournalEvent } from '../../src/live/status-source.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { startTestApi } from '../../test/support/http/api.ts'
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
    const found = await createStatusSource(db.query).readChannels(interestInAll(null), 0)
    channel = found.channels.find((row) => row.channel.currentSlug === watchedSlug)!.channel
    const followed = createJournal({ postgres: db, log: silentLog })
    const journal: Journal = {
      ...followed,
      follow(told) {
        reader = told
        followed.follow(told)
      },
    }
    // Pings to idle clients would be charged to whichever server is being measured.
    const limits = { sockets: { pingMs: 600_000 }, connections: { perLoopback: Number.POSITIVE_INFINITY } }
    const api = await startTestApi({ db, journal, limits, backlog: 8_192 })
    hub = api.hub
    return api.port
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
