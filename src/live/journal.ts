import { type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { statusNotifyChannel } from '../sessions/apply-status.ts'
import { type Listener, type Liveness, listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { readJournalState } from './journal-state.ts'
import { type JournalEvent, type QueryRows, readNewEvents } from './status-source.ts'
import { viewerNoticeChannel } from './viewer-notice.ts'

/** Who is told what the journal says. */
export type JournalReader = {
  /** The journal stands here: at the first connection, and again when it was replaced by another one or lost its tail. */
  begin(place: { epoch: string; head: number }): void
  /** The events after the last ones told, in order; the next are read when this settles. */
  events(events: JournalEvent[]): Promise<void>
  /** The payload of a viewer notice; these are not repeated. */
  viewers(payload: string): void
}

/** `lastReadMs`: how long ago the journal was last read to its end, in milliseconds; null before the first time. */
type JournalHealth = { connected: boolean; lastReadMs: number | null }

/** One connection that follows the journal of status events. */
export type Journal = {
  /** Connects and follows until disposed; to be called once. */
  follow(reader: JournalReader): void
  health(): JournalHealth
  [Symbol.asyncDispose](): Promise<void>
}

export type JournalOptions = {
  postgres: Postgres
  log: Log
  steady?: Steady
  /** How often the journal is read without having been told to. */
  pollMs?: number
  liveness?: Liveness
  /** Events read in one statement. */
  pageSize?: number
}

/** Follows the journal on a connection of its own. After a lost one it reads on from the last id it told. */
export const createJournal = (options: JournalOptions): Journal => {
  const { postgres, log, steady = systemSteady, pollMs = 2_000, pageSize = 500 } = options
  let lastReadAt: number | null = null
  let place: { epoch: string; last: number } | undefined
  let following: Listener | undefined

  const begin = async (query: QueryRows, reader: JournalReader): Promise<void> => {
    const { epoch, head, prunedThrough } = await readJournalState(query)
    if (place && place.epoch === epoch && place.last <= head && place.last >= prunedThrough) return
    if (place) log.warn({ from: place, to: { epoch, head } }, 'another journal of status events is followed now')
    place = { epoch, last: head }
    reader.begin({ epoch, head })
  }

  const readAll = async (query: QueryRows, reader: JournalReader, signal: AbortSignal): Promise<void> => {
    for (let again = true; again && !signal.aborted; ) {
      const { events, more } = await readNewEvents(query, place!.last, pageSize)
      lastReadAt = steady()
      again = more
      if (events.length === 0) break
      place!.last = Number(events.at(-1)!.event.id)
      await reader.events(events)
    }
  }

  return {
    follow(reader) {
      following ??= listenAndPoll({
        db: postgres,
        what: 'status events',
        channels: [statusNotifyChannel, viewerNoticeChannel],
        pollMs,
        ...(options.liveness && { liveness: options.liveness }),
        log,
        onConnected: ({ query }) => begin(query, reader),
        poll: ({ query }, signal) => readAll(query, reader, signal),
        onNotification(channel, payload) {
          if (channel !== viewerNoticeChannel) return false
          reader.viewers(payload)
          return true
        },
      })
    },
    health: () => ({
      connected: following?.isConnected() ?? false,
      lastReadMs: lastReadAt === null ? null : steady() - lastReadAt,
    }),
    async [Symbol.asyncDispose]() {
      await following?.[Symbol.asyncDispose]()
    },
  }
}
