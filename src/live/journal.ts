import { Socket } from 'node:net'
import pg from 'pg'
import { backoffMs, sleep } from '../lib/backoff.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { statusNotifyChannel } from '../sessions/apply-status.ts'
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

export type JournalHealth = { connected: boolean; lastReadAt: Date | null }

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
  clock?: Clock
  /** How often the journal is read without having been told to. */
  pollMs?: number
  /** Events read in one statement. */
  pageSize?: number
}

const backoff = { baseMs: 100, maxMs: 5_000 }

/**
 * Follows the journal on a connection of its own. A notification only makes the next read come sooner; the slow poll is
 * what guarantees it. After a lost connection it reads on from the last id it told.
 */
export const createJournal = (options: JournalOptions): Journal => {
  const { postgres, log, clock = systemClock, pollMs = 2_000, pageSize = 500 } = options
  const stop = new AbortController()
  let connected = false
  let lastReadAt: Date | null = null
  let place: { epoch: string; last: number } | undefined
  let running: Promise<void> | undefined

  const begin = async (query: QueryRows, reader: JournalReader): Promise<void> => {
    const { epoch, head, prunedThrough } = await readJournalState(query)
    if (place && place.epoch === epoch && place.last <= head && place.last >= prunedThrough) return
    if (place) log.warn({ from: place, to: { epoch, head } }, 'the journal of status events is another one now')
    place = { epoch, last: head }
    reader.begin({ epoch, head })
  }

  const readAll = async (query: QueryRows, reader: JournalReader): Promise<void> => {
    for (let again = true; again && !stop.signal.aborted; ) {
      const { events, more } = await readNewEvents(query, place!.last, pageSize)
      lastReadAt = new Date(clock())
      again = more
      if (events.length === 0) break
      place!.last = Number(events.at(-1)!.event.id)
      await reader.events(events)
    }
  }

  const followConnection = async (reader: JournalReader): Promise<void> => {
    const socket = new Socket()
    // The pool's own settings, so that both speak the same types, time zone and timeouts.
    const client = new pg.Client({
      ...postgres.pool.options,
      application_name: 'channelscope live',
      stream: () => socket,
    })
    const query: QueryRows = async ({ name, text }, values) =>
      (await client.query({ name, text, values: [...values] })).rows
    let told = false
    let lost = false
    let wake = () => {}
    const lose = () => {
      lost = true
      // Also ends a statement under way. Nothing is open on this connection that a goodbye would settle.
      socket.destroy()
      wake()
    }
    client.on('error', lose)
    client.on('end', lose)
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === viewerNoticeChannel) return reader.viewers(payload)
      told = true
      wake()
    })
    stop.signal.addEventListener('abort', lose)
    try {
      await client.connect()
      // Listening comes before reading, so that nothing is committed between the two unnoticed.
      await client.query(`LISTEN ${statusNotifyChannel}`)
      await client.query(`LISTEN ${viewerNoticeChannel}`)
      await begin(query, reader)
      while (!lost) {
        told = false
        await readAll(query, reader)
        connected = true
        if (told || lost) continue
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    } finally {
      connected = false
      stop.signal.removeEventListener('abort', lose)
      socket.destroy()
    }
  }

  const run = async (reader: JournalReader): Promise<void> => {
    for (let failures = 0; !stop.signal.aborted; failures++) {
      const before = lastReadAt
      await followConnection(reader).catch((error: Error) =>
        log.warn({ err: error.message }, 'the connection that follows status events failed'),
      )
      if (stop.signal.aborted) return
      if (lastReadAt !== before) failures = 0
      await sleep(backoffMs(failures, backoff), stop.signal)
    }
  }

  return {
    follow(reader) {
      running ??= run(reader)
    },
    health: () => ({ connected, lastReadAt }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
