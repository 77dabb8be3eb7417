import { createHash } from 'node:crypto'
import { type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { statusNotifyChannel } from '../sessions/apply-status.ts'
import { detailNotifyChannel } from '../sessions/detail-log.ts'
import { failureCode } from '../stores/postgres/failure.ts'
import { type Listener, type Liveness, listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { channelDeletedNotice } from './channel-deleted.ts'
import { readLogHead, readNewChapters } from './chapter-source.ts'
import type { FeedItem } from './recent-items.ts'
import { type JournalEvent, type QueryRows, readNewEvents } from './status-source.ts'
import { viewerNoticeChannel } from './viewer-notice.ts'

/** The state of the journal. Its ids stay below 2^53, which lasts 285,000 years at a thousand events a second. */
type JournalState = { epoch: string; head: number; prunedThrough: number }

const state = statement(
  'journal_state',
  sql`SELECT ${expressions<{
    epoch: string
    prunedThrough: bigint
    head: bigint
    database: string
    movedEpoch: string | null
    movedPlace: string | null
  }>({
    epoch: 'j.epoch::text',
    prunedThrough: 'j.pruned_through',
    head: 'greatest(j.pruned_through, j.erased_through, coalesce((SELECT max(id) FROM dm.status_event), 0))',
    database: '(SELECT oid::text FROM pg_database WHERE datname = current_database())',
    movedEpoch: 'j.moved_epoch',
    movedPlace: 'j.moved_place',
  })}
   FROM dm.status_journal j`,
)

// The name of a log file begins with the timeline. pg_control_checkpoint() has it only after the next checkpoint.
const part = (text: string) => expressions<{ part: string }>({ part: text })
const lineage = [
  statement('journal_cluster', sql`SELECT ${part('system_identifier::text')} FROM pg_control_system()`),
  statement('journal_timeline', sql`SELECT ${part('left(pg_walfile_name(pg_current_wal_lsn()), 8)')}`),
]

/** The role may not call the function, it does not exist, or this is not a primary. A retry would not change that. */
const notTold = new Set(['42501', '42883', '55000', '0A000'])

const hashOf = (parts: readonly (string | undefined)[]): string =>
  createHash('sha256').update(parts.join()).digest('base64url')

/** The cluster and its timeline, as far as this role may read them. */
const readLineage = async (query: QueryRows): Promise<(string | undefined)[]> => {
  const parts: (string | undefined)[] = []
  for (const origin of lineage) {
    try {
      parts.push((await query(origin, []))[0]?.part)
    } catch (error) {
      if (!notTold.has(failureCode(error))) throw error
      parts.push('')
    }
  }
  return parts
}

/**
 * Reads the state of the journal. The epoch differs between a database and every restored copy of it: it is a hash of the
 * journal's uuid, the database, the cluster and its timeline. Parts that this role may not read are left out. A journal that was
 * moved with all of its events keeps the epoch that it had, in that place.
 */
export const readJournalState = async (query: QueryRows): Promise<JournalState> => {
  const row = (await query(state, []))[0]!
  const place = [row.database, ...(await readLineage(query))]
  const isMoved = row.movedEpoch !== null && row.movedPlace === hashOf(place)
  return {
    epoch: isMoved ? row.movedEpoch! : hashOf([row.epoch, ...place]).slice(0, 12),
    head: Number(row.head),
    prunedThrough: Number(row.prunedThrough),
  }
}

const keepEpoch = statement('journal_keep_epoch', 'UPDATE dm.status_journal SET moved_epoch = $1, moved_place = $2')

/** Has a journal that was moved to this database go on under its epoch, so that cursors of before hold. */
export const keepJournalEpoch = async (query: QueryRows, epoch: string): Promise<void> => {
  const row = (await query(state, []))[0]!
  await query(keepEpoch, [epoch, hashOf([row.database, ...(await readLineage(query))])])
}

/** The epoch of the database's logs, and the last ids of the journal and of the log of details. */
type LogHeads = { epoch: string; head: number; details: number }

/** Receives the events of the journal. */
export type JournalReader = {
  /** Called with the position of the journal, at first and again when it was replaced or lost its newest events. */
  begin(position: LogHeads): void
  /** Called with the next events, in order; those after them are read when it settles. */
  events(events: JournalEvent[]): Promise<void>
  /** The same with the next changes of chapters; who does not take them reads none. */
  chapters?(items: FeedItem[]): Promise<void>
  /** Called with the payload of a viewer notice; notices are not repeated. */
  viewers(payload: string): void
  /** Called with the id of a channel that was deleted; not repeated. */
  deleted(channelId: number): void
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
  let position: { epoch: string; last: number; details: number } | undefined
  let following: Listener | undefined

  const begin = async (query: QueryRows, reader: JournalReader): Promise<void> => {
    const { epoch, head, prunedThrough } = await readJournalState(query)
    const details = await readLogHead(query)
    const isWithin = position && position.last <= head && position.last >= prunedThrough && position.details <= details
    if (isWithin && position?.epoch === epoch) return
    if (position) log.warn({ from: position, to: { epoch, head } }, 'another journal of status events is followed now')
    position = { epoch, last: head, details }
    reader.begin({ epoch, head, details })
  }

  const readChapters = async (query: QueryRows, reader: JournalReader, signal: AbortSignal): Promise<void> => {
    for (let again = true; again && !signal.aborted; ) {
      const { items, next, lastId } = await readNewChapters(query, position!.details, pageSize, position!.epoch)
      again = next !== null
      if (lastId === 0) break
      position!.details = lastId
      if (items.length > 0) await reader.chapters?.(items)
    }
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
        channels: [statusNotifyChannel, detailNotifyChannel, viewerNoticeChannel, channelDeletedNotice],
        pollMs,
        ...(options.liveness && { liveness: options.liveness }),
        log,
        onConnected: ({ query }) => begin(query, reader),
        async poll({ query }, signal) {
          await readAll(query, reader, signal)
          if (reader.chapters) await readChapters(query, reader, signal)
        },
        onNotification(channel, payload) {
          if (channel === statusNotifyChannel || channel === detailNotifyChannel) return false
          if (channel === viewerNoticeChannel) reader.viewers(payload)
          else reader.deleted(Number(payload))
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
