import { backoffMs, sleep } from '../lib/backoff.ts'
import { reasonText } from '../lib/errors.ts'
import { newUlid } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { PublishedChatLine } from './chat-feed.ts'
import { type ChatNotice, decodeChatNotice, encodeChatNotice } from './chat-notice.ts'
import { ChatPublishers } from './chat-publishers.ts'
import { raceTimeout } from './race-timeout.ts'

/** Numbers of one node since its start. They count lines, except `missed`. */
type ChatRelayStats = {
  connected: boolean
  sent: number
  received: number
  /** Dropped because Redis, or our own subscribers, did not keep up. */
  dropped: number
  /** Notices of known nodes that did not arrive. */
  missed: number
}

/** Carries live chat between the nodes as far as Redis does; nothing waits for it. */
export type ChatRelay = AsyncDisposable & {
  /** Sends lines to the other nodes, without waiting. */
  publish(lines: readonly PublishedChatLine[]): void
  stats(): ChatRelayStats
}

export type ChatRelayOptions = {
  /** The URL of Redis 6 or newer: `redis://` or, with TLS, `rediss://`. */
  url: string
  /** The channel of Redis that the nodes share, read at each connection. */
  channel: () => Promise<string>
  /** Called with lines from other nodes, those of each node once and in its order; resolves when subscribers have them. */
  deliver: (lines: readonly PublishedChatLine[]) => Promise<void>
  /** Called when subscribers from before `instant`, of the monotonic clock, may have missed lines of other nodes. */
  missed: (instant: number) => void
  log: Log
  /** How many lines may wait for Redis, and how many for subscribers; beyond that the oldest are dropped. */
  capacity?: number
  /** How long Redis may take to answer before it counts as gone, in milliseconds. */
  patienceMs?: number
}

const backoff = { baseMs: 100, maxMs: 2_000 }
const noticeLines = 100
/** How long the end waits for lines that are on their way. */
const flushMs = 1_000
/** A node sends a sign of life this often in `patienceMs`. */
const beatsPerPatience = 2
/** A node counts as lost after a silence of this many `patienceMs`. */
const patiencesOfSilence = 4

/** Connects in the background and survives a Redis that is away. Disposing sends what it can within a second. */
export const startChatRelay = (options: ChatRelayOptions): ChatRelay => {
  const { url, deliver, missed, log, capacity = 4_096, patienceMs = 3_000 } = options
  const node = newUlid()
  const stop = new AbortController()
  const publishers = new ChatPublishers()
  const counts = { sent: 0, received: 0, dropped: 0, missed: 0 }
  let outbox: PublishedChatLine[] = []
  let connected = false
  let connectedAt = 0
  /** Whether lines were dropped since the last notice. */
  let hasLost = false
  let numbered = 0
  let undelivered = 0
  /** Connections that failed since Redis last answered. */
  let failures = 0
  let stopping = false
  /** The notice that is sent on each connection until Redis answers. Nodes that have it know its number. */
  let underWay: ChatNotice | undefined
  let wake = Promise.withResolvers<void>()

  const endAll = (): void => missed(Number.POSITIVE_INFINITY)

  const receive = (text: string): void => {
    const notice = decodeChatNotice(text)
    if (!notice) log.warn({ characters: text.length }, 'a chat notice could not be read')
    if (!notice || notice.node === node) return
    const heard = publishers.hear(notice, performance.now())
    counts.missed += heard.missed
    if (heard.hole === 'everybody') endAll()
    else if (heard.hole === 'earlier') missed(connectedAt)
    const { lines } = notice
    if (!heard.isNew || lines.length === 0) return
    if (undelivered + lines.length > capacity) {
      counts.dropped += lines.length
      endAll()
      return
    }
    counts.received += lines.length
    undelivered += lines.length
    deliver(lines)
      .catch((error: unknown) => log.error({ err: error }, 'chat of another node could not be sent to subscribers'))
      .finally(() => {
        undelivered -= lines.length
      })
  }

  const nextNotice = (): ChatNotice | undefined => {
    if (!underWay && outbox.length > 0) {
      underWay = { node, number: ++numbered, state: hasLost ? 'lost' : 'on', lines: outbox.splice(0, noticeLines) }
      hasLost = false
    }
    return underWay
  }

  /** One life of a connection; rejects with what ended it. */
  const followConnection = async (): Promise<void> => {
    // A sixth of all modules, which nobody else needs.
    const { createClient } = await import('@redis/client')
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
      await raceTimeout(patienceMs, noted, lost.promise)
      if (!done) throw new Error('Redis does not answer')
    }
    const connecting = client.connect()
    try {
      await answered(connecting)
      await answered(client.subscribe(channel, receive))
      connected = true
      connectedAt = performance.now()
      publishers.connected(connectedAt)
      log.info({}, 'live chat is shared with the other nodes')
      for (;;) {
        const notice = nextNotice()
        if (notice) {
          await answered(client.publish(channel, encodeChatNotice(notice)))
          counts.sent += notice.lines.length
          underWay = undefined
        } else {
          // A sign of life shows a lost connection here, and missed notices at the other nodes.
          const sign = (state: ChatNotice['state']) =>
            answered(client.publish(channel, encodeChatNotice({ node, number: numbered, state, lines: [] })))
          await sign(stopping ? 'ends' : 'on')
          if (stopping) return
          if (outbox.length > 0) continue
          wake = Promise.withResolvers()
          await raceTimeout(patienceMs / beatsPerPatience, wake.promise, lost.promise)
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
  const listening = setInterval(() => {
    if (publishers.silentSince(performance.now() - patiencesOfSilence * patienceMs)) endAll()
  }, patienceMs).unref()

  return {
    publish(lines) {
      outbox = outbox.concat(lines)
      if (outbox.length > capacity) {
        counts.dropped += outbox.splice(0, outbox.length - capacity).length
        hasLost = true
      }
      wake.resolve()
    },
    stats: () => ({ connected, ...counts }),
    async [Symbol.asyncDispose]() {
      stopping = true
      clearInterval(listening)
      wake.resolve()
      if (connected) await raceTimeout(flushMs, running)
      stop.abort(new Error('the relay is stopping'))
      await running
    },
  }
}
