import { Socket } from 'node:net'
import { backoffMs, sleep } from '../../lib/backoff.ts'
import { reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Postgres, Transaction } from './postgres.ts'
import { SessionClient } from './session-client.ts'

export type ListenOptions = {
  db: Postgres
  /** What is followed, as Postgres and the log are told. */
  what: string
  /** The channels of notifications; listening begins before the first look. */
  channels: readonly string[]
  /** How often to look without having been told to. */
  pollMs: number
  log: Log
  /** At the beginning of each connection. */
  onConnected?(connection: Transaction): Promise<void>
  /** Reads what is new; the next look comes when this has settled. */
  poll(connection: Transaction, signal: AbortSignal): Promise<void>
  /** Takes a notification; true where it needs no look. */
  onNotification?(channel: string, payload: string): boolean
  liveness?: Liveness
}

/** How a connection is found out that is gone without a word, in milliseconds. */
export type Liveness = {
  /** Silence after which Postgres is asked for a sign of life. */
  quietMs: number
  /** How long it may take to answer. It is given twice as long after each connection that was left for this, up to eight times. */
  answerMs: number
}

/** Together less than five seconds. */
export const defaultLiveness: Liveness = { quietMs: 2_000, answerMs: 2_500 }

const alive = { name: 'alive', text: 'SELECT' }
const mostPatience = 8

/** Something that is being followed. Disposing of it waits for the look under way. */
export type Listener = AsyncDisposable & {
  /** Whether a connection is up that has looked at least once. */
  isConnected(): boolean
}

const backoff = { baseMs: 100, maxMs: 5_000 }

/** Looks every `pollMs` and when notified, on a connection of its own; one that is lost or silent is replaced, or leads to where the database was. */
export const listenAndPoll = (options: ListenOptions): Listener => {
  const { db, what, channels, pollMs, log, liveness = defaultLiveness } = options
  const stop = new AbortController()
  let connected = false
  let failures = 0
  /** Grows while answers do not come in time, so that a database that is only slow is not left for ever. */
  let patience = 1

  const followConnection = async (): Promise<void> => {
    const socket = new Socket()
    // The pool's own settings, so that both speak the same types, time zone and timeouts.
    const client = new SessionClient({
      ...db.pool.options,
      application_name: `channelscope ${what}`,
      stream: () => socket,
    })
    const answered = async <T>(work: Promise<T>): Promise<T> => {
      let isAnswered = false
      const answerMs = liveness.answerMs * patience
      const giveUp = () => {
        if (isAnswered) return
        patience = Math.min(2 * patience, mostPatience)
        socket.destroy(new Error(`Postgres did not answer within ${answerMs} ms.`))
      }
      // What has arrived meanwhile is read before: a process that stood still itself proves nothing.
      const timer = setTimeout(() => setImmediate(giveUp), answerMs)
      try {
        return await work
      } finally {
        isAnswered = true
        clearTimeout(timer)
      }
    }
    const connection: Transaction = {
      query: async ({ name, text }, values = []) =>
        (await answered(client.query({ name, text, values: [...values] }))).rows,
    }
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
      if (options.onNotification?.(channel, payload)) return
      told = true
      wake()
    })
    stop.signal.addEventListener('abort', lose)
    const stopHearing = db.onMoved(lose)
    try {
      await answered(client.connect())
      // Listening comes before looking, so that nothing is committed between the two unnoticed.
      for (const channel of channels) await answered(client.query(`LISTEN ${channel}`))
      await options.onConnected?.(connection)
      while (!lost) {
        told = false
        await options.poll(connection, stop.signal)
        connected = true
        failures = 0
        patience = 1
        for (let leftMs = pollMs; leftMs > 0 && !told && !lost; leftMs -= liveness.quietMs) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, Math.min(leftMs, liveness.quietMs))
            wake = () => {
              clearTimeout(timer)
              resolve()
            }
          })
          if (leftMs > liveness.quietMs && !told && !lost) await connection.query(alive)
        }
      }
    } finally {
      connected = false
      stopHearing()
      stop.signal.removeEventListener('abort', lose)
      socket.destroy()
    }
  }

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await followConnection().catch((error: unknown) => {
        if (!stop.signal.aborted) log.warn({ err: reasonText(error) }, `the connection that follows ${what} failed`)
      })
      await sleep(backoffMs(failures++, backoff), stop.signal)
    }
  }
  const running = run()
  return {
    isConnected: () => connected,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
