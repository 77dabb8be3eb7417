import { type Client, createClient } from 'graphql-ws/client'
import { createStore, type Store } from './store.ts'

/** How the page is connected to what is live, and since when (milliseconds of the epoch). */
export type Connection = {
  state: 'off' | 'connecting' | 'live' | 'reconnecting'
  since: number
}

export type Socket = {
  readonly client: Client
  readonly connection: Pick<Store<Connection>, 'get' | 'subscribe'>
  /**
   * Resolves when it is time to try again: soon at first, later after each failure, and at once when the network or the machine is back. All
   * who wait go on together, so that a page that is connected again follows everything again.
   */
  retry(): Promise<void>
  /** Ends all subscriptions; nothing is tried again. */
  close(): void
}

const pingEveryMs = 10_000
const pongWithinMs = 5_000
const firstWaitMs = 200
// Who waits for a server that restarts is back within three seconds.
const longestWaitMs = 1_500
const steadyMs = 5_000
const heartbeatMs = 5_000
const asleepMs = 15_000

export type SocketOptions = {
  url: string
  connectionParams: Record<string, string>
  /** The server refused the caller, with its sentence. */
  onRefused(sentence: string): void
}

const forbidden = 4403

/** One WebSocket of a page for all of its subscriptions. */
export const createSocket = ({ url, connectionParams, onRefused }: SocketOptions): Socket => {
  const connection = createStore<Connection>({ state: 'off', since: Date.now() })
  let failures = 0
  let connectedAt: number | null = null
  let waiting: { promise: Promise<void>; end(): void } | null = null
  let closed = false
  let pong: ReturnType<typeof setTimeout> | undefined

  const become = (state: Connection['state']): void => {
    if (connection.get().state !== state) connection.set({ state, since: Date.now() })
  }

  const client = createClient({
    url,
    connectionParams,
    // Whoever follows something knows from where to go on; the client would begin anew.
    retryAttempts: 0,
    lazyCloseTimeout: 3_000,
    keepAlive: pingEveryMs,
    on: {
      connecting: () => become(connection.get().state === 'off' ? 'connecting' : 'reconnecting'),
      connected() {
        connectedAt = Date.now()
        become('live')
      },
      // Of what is no message of the protocol too: then the connection ends and another one is made.
      error: () => become('reconnecting'),
      ping(received) {
        if (!received) pong = setTimeout(() => client.terminate(), pongWithinMs)
      },
      pong(received) {
        if (received) clearTimeout(pong)
      },
      closed(event) {
        clearTimeout(pong)
        // One that breaks at once, again and again, is no connection: it is tried later each time.
        if (connectedAt !== null && Date.now() - connectedAt > steadyMs) failures = 0
        connectedAt = null
        const { code, reason, wasClean } = event as CloseEvent
        if (code === forbidden) onRefused(reason)
        // A clean end without followers is our own.
        become(wasClean && code === 1000 ? 'off' : 'reconnecting')
      },
    },
  })

  const tryNow = (): void => {
    failures = 0
    waiting?.end()
  }
  const wait = (): NonNullable<typeof waiting> => {
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** failures++) * (0.5 + Math.random() / 2)
    let end = (): void => undefined
    const promise = new Promise<void>((resolve) => {
      const timer = setTimeout(() => end(), waitMs)
      end = () => {
        clearTimeout(timer)
        waiting = null
        if (!closed) resolve()
      }
    })
    return { promise, end }
  }
  const isFollowing = (): boolean => connection.get().state !== 'off'

  // A machine that slept comes back with a connection that looks open and is not.
  let lastBeat = Date.now()
  const heartbeat = setInterval(() => {
    const now = Date.now()
    if (now - lastBeat > asleepMs && isFollowing()) {
      client.terminate()
      tryNow()
    }
    lastBeat = now
  }, heartbeatMs)
  const online = (): void => tryNow()
  const offline = (): void => {
    if (isFollowing()) client.terminate()
  }
  addEventListener('online', online)
  addEventListener('offline', offline)

  return {
    client,
    connection,
    retry() {
      waiting ??= wait()
      return waiting.promise
    },
    close() {
      closed = true
      clearInterval(heartbeat)
      removeEventListener('online', online)
      removeEventListener('offline', offline)
      become('off')
      client.terminate()
      void client.dispose()
    },
  }
}
