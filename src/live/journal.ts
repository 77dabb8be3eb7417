import { type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { statusNotifyChannel } from '../sessions/apply-status.ts'
import { type Listener, type Liveness, listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { readJournalState } from './journal-state.ts'
import { type JournalEvent, type QueryRows, readNewEvents } from './status-source.ts'
import { viewerNoticeChannel } from './viewer-notice.ts'

/** Receives the events of the journal. */
export type JournalReader = {
  /** Called with the position of the journal, at first and again when it was replaced or lost its newest events. */
  begin(position: { epoch: string; head: number }): void
  /** Called with the next events, in order; those after them are read when it settles. */
  events(events: JournalEvent[]): Promise<void>
  /** Called with the payload of a viewer notice; notices are not repeated. */
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
  /** How often the journal is read without a notification. */
  pollMs?: number
  liveness?: Liveness
  /** Events read in one statement. */
  pageSize?: number
}

/** Follows the journal on a connection of its own. After a lost connection it goes on from the last event. */
export const createJournal = (options: JournalOptions): Journal => {
  const { postgres, log, steady = systemSteady, pollMs = 2_000, pageSize = 500 } = options
  let lastReadAt: number | null = null
  let position: { epoch: string; last: number } | undefined
  let following: Listener | undefined

  const begin = async (query: QueryRows, reader: JournalReader): Promise<void> => {
    const { epoch, head, prunedThrough } = await readJournalState(query)
    if (position && position.epoch === epoch && position.last <= head && position.last >= prunedThrough) return
    if (position) log.warn({ from: position, to: { epoch, head } }, 'another journal of status events is followed now')
    position = { epoch, last: head }
    reader.begin({ epoch, head })
  }

  const readAll = async (query: QueryRows, reader: JournalReader, signal: AbortSignal): Promise<void> => {
    for (let again = true; again && !signal.aborted; ) {
      const { events, more } = await readNewEvents(query, position!.last, pageSize)
      lastReadAt = steady()
      again = more
      if (events.length === 0) break
      position!.last = Number(events.at(-1)!.event.id)
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
