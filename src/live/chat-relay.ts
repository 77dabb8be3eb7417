import { createClient } from '@redis/client'
import { backoffMs, sleep } from '../lib/backoff.ts'
import { reasonText } from '../lib/errors.ts'
import { newUlid } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { ToldLine } from './chat-feed.ts'
import { type ChatNotice, decodeChatNotice, encodeChatNotice } from './chat-notice.ts'
import { first } from './first.ts'

/** Numbers of one node since its start; lines, but for `missed`. */
export type ChatRelayStats = {
  connected: boolean
  sent: number
  received: number
  /** Given up because Redis, or our own subscribers, did not keep up. */
  dropped: number
  /** Notices of other nodes that did not arrive while both were known to each other. */
  missed: number
}

/** Carries live chat to the other nodes and back, as far as Redis does; nobody ever waits for it. */
export type ChatRelay = AsyncDisposable & {
  /** Puts lines on their way to the other nodes. */
  publish(lines: readonly ToldLine[]): void
  stats(): ChatRelayStats
}

export type ChatRelayOptions = {
  /** Of Redis 6 or newer: `redis://` or, with TLS, `rediss://`. */
  url: string
  /** The Redis channel, asked for at each connection: those who share it tell each other. */
  channel: () => Promise<string>
  /** Told of lines from other nodes, those of each node once and in its order; resolves when they are told. */
  tell: (lines: readonly ToldLine[]) => Promise<void>
  log: Log
  /** Lines that may wait for Redis, and as many that may wait to be told; beyond that the oldest are dropped. */
  capacity?: number
  /** How long Redis may take to answer before it counts as gone, in milliseconds. */
  patienceMs?: number
}

const backoff = { baseMs: 100, maxMs: 2_000 }
const noticeLines = 100
/** How long the end waits for lines that are on their way. */
const flushMs = 1_000
/** Nodes whose last number is remembered; each start of a node is another one. */
const maxNodes = 1_000

/** Connects in the background and goes on through a Redis that is away. Disposing sends what it can within a second. */
export const startChatRelay = (options: ChatRelayOptions): ChatRelay => {
  const { url, tell, log, capacity = 4_096, patienceMs = 3_000 } = options
  const node = newUlid()
  const stop = new AbortController()
  const heard = new Map<string, number>()
  const counts = { sent: 0, received: 0, dropped: 0, missed: 0 }
  let outbox: ToldLine[] = []
  let connected = false
  let numbered = 0
  let untold = 0
  /** Connections that failed since Redis last answered. */
  let failures = 0
  let stopping = false
  /** Sent again on the next connection until it was answered; those who had it know its number. */
  let underWay: ChatNotice | undefined
  let wake = Promise.withResolvers<void>()

  /** Whether the notice is the next of its node, not one that had come before. */
  const isNew = (notice: ChatNotice): boolean => {
    const last = heard.get(notice.node)
    if (last !== undefined && notice.number <= last) return false
    if (last !== undefined) counts.missed += notice.number - last - 1
    heard.delete(notice.node)
    heard.set(notice.node, notice.number)
    if (heard.size > maxNodes) heard.delete(heard.keys().next().value!)
    return true
  }

  const receive = (text: string): void => {
    const notice = decodeChatNotice(text)
    if (!notice) log.warn({ characters: text.length }, 'a chat notice could not be read')
    if (!notice || notice.node === node || !isNew(notice)) return
    const { lines } = notice
    if (untold + lines.length > capacity) {
      counts.dropped += lines.length
      return
    }
    counts.received += lines.length
    untold += lines.length
    tell(lines)
      .catch((error: unknown) => log.error({ err: error }, 'lines of another node could not be told'))
      .finally(() => {
        untold -= lines.length
      })
  }

  const nextNotice = (): ChatNotice | undefined => {
    if (!underWay && outbox.length > 0) underWay = { node, number: ++numbered, lines: outbox.splice(0, noticeLines) }
    return underWay
  }

  /** One life of a connection; rejects with what ended it. */
  const followConnection = async (): Promise<void> => {
    const channel = await options.channel()
    const lost = Promise.withResolvers<never>()
    lost.promise.catch(() => undefined)
    const client = createClient({
      url,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: { reconnectStrategy: false, connectTimeout: patienceMs },
    })
    client.on('error', lost.reject)
    const end = () => lost.reject(stop.signal.reason)
    stop.signal.addEventListener('abort', end)
    const answered = async <T>(work: Promise<T>): Promise<void> => {
      let done = false
      const noted = work.then(() => {
        done = true
      })
      await first(patienceMs, noted, lost.promise)
      if (!done) throw new Error('Redis does not answer')
    }
    const connecting = client.connect()
    try {
      await answered(connecting)
      await answered(client.subscribe(channel, receive))
      connected = true
      log.info({}, 'live chat is shared with the other nodes')
      for (;;) {
        const notice = nextNotice()
        if (notice) {
          await answered(client.publish(channel, encodeChatNotice(notice)))
          counts.sent += notice.lines.length
          underWay = undefined
        } else {
          if (stopping) return
          wake = Promise.withResolvers()
          await first(patienceMs, wake.promise, lost.promise)
          // A connection that is gone without a word is noticed by what it does not answer.
          if (outbox.length === 0) await answered(client.ping())
        }
        failures = 0
      }
    } finally {
      connected = false
      stop.signal.removeEventListener('abort', end)
      client.destroy()
      await connecting.catch(() => undefined)
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping) {
      try {
        await followConnection()
      } catch (error) {
        if (stopping) return
        if (failures++ === 0) log.warn({ err: reasonText(error) }, 'live chat stays on this node until Redis answers')
        await sleep(backoffMs(failures, backoff), stop.signal)
      }
    }
  }
  const running = run()

  return {
    publish(lines) {
      outbox = outbox.concat(lines)
      if (outbox.length > capacity) counts.dropped += outbox.splice(0, outbox.length - capacity).length
      wake.resolve()
    },
    stats: () => ({ connected, ...counts }),
    async [Symbol.asyncDispose]() {
      stopping = true
      wake.resolve()
      if (connected) await first(flushMs, running)
      stop.abort(new Error('the relay is stopping'))
      await running
    },
  }
}
