import type { ConnectionLimits } from '../../../src/http/server/connections.ts'
import type { SocketLimits } from '../../../src/http/websocket/websocket.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createJournal } from '../../../src/live/journal.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { startTestApi, type TestApiOptions } from '../http/api.ts'

export type LiveNodeOptions = Omit<TestApiOptions, 'db' | 'limits'> & {
  url: string
  pollMs?: number
  limits?: Partial<SocketLimits & ConnectionLimits>
}

/** The API of one process of several over a database, with a pool of its own. */
export const startLiveNode = async ({ url, log = silentLog, pollMs, limits, ...options }: LiveNodeOptions) => {
  await using opened = new AsyncDisposableStack()
  const db = opened.use(openPostgres({ url, log, max: 8, connectTimeoutMs: 60_000 }))
  const journal = createJournal({ postgres: db, log, pollMs })
  const api = opened.use(
    await startTestApi({ db, log, journal, limits: { connections: limits, sockets: limits }, ...options }),
  )
  const running = opened.move()
  return {
    ...api,
    db,
    live: api.hub,
    url: `${api.url}/graphql`,
    wsUrl: `ws://127.0.0.1:${api.port}/graphql`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

export type LiveNode = Awaited<ReturnType<typeof startLiveNode>>
