import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { oldKinds, oldStatements } from './old-statements.ts'
import { joinFacts, type WrittenFacts } from './written-facts.ts'

export type OldWritersOptions = {
  url: string
  /** Statements a second of all writers together. */
  perSecond?: number
  writers?: number
  /** The first of their users, and how many each has. */
  firstUser?: number
  usersEach?: number
  seed?: number
}

/** How long statements of a kind took, in milliseconds; `worst` is the greatest. */
type Latency = { kind: string; count: number; median: number; p99: number; worst: number }

export type WritersReport = {
  statements: number
  failures: { kind: string; code: string | undefined; message: string }[]
  latencies: Latency[]
  /** The greatest of all, in milliseconds. */
  worstMs: number
  /** What is so after the last statement. */
  facts: WrittenFacts
}

export type OldWriters = AsyncDisposable & {
  /** How many statements have been answered so far. */
  statements(): number
  /** Ends the writers behind their current statements. */
  stop(): Promise<WritersReport>
}

const latencyOf = (kind: string, all: readonly number[]): Latency => {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { kind, count: sorted.length, median: at(0.5), p99: at(0.99), worst: sorted.at(-1) ?? 0 }
}

/** The writers of the old system: they know nothing of an adoption and never wait for one another. */
export const startOldWriters = async (options: OldWritersOptions): Promise<OldWriters> => {
  const { url, perSecond = 200, writers = 8, firstUser = 80_000_000, usersEach = 20, seed = 1 } = options
  const at = new Date()
  const stopped = new AbortController()
  const took = new Map<string, number[]>(oldKinds.map((kind) => [kind, []]))
  const failures: WritersReport['failures'] = []
  let statements = 0

  const clients = await Promise.all(
    Array.from({ length: writers }, async () => {
      const client = new pg.Client({ connectionString: url, application_name: 'old system' })
      client.on('error', (error) => failures.push({ kind: 'connection', code: undefined, message: error.message }))
      await client.connect()
      return client
    }),
  )
  const sources = clients.map((_, writer) =>
    oldStatements({ writer, firstUser: firstUser + writer * usersEach, users: usersEach, at, seed }),
  )

  const write = async (writer: number): Promise<void> => {
    const everyMs = (1_000 * writers) / perSecond
    let dueAt = performance.now() + (everyMs * writer) / writers
    while (!stopped.signal.aborted) {
      const early = dueAt - performance.now()
      if (early > 0) await delay(early, undefined, { signal: stopped.signal }).catch(() => undefined)
      dueAt += everyMs
      const { kind, text, values, note } = sources[writer]!.next()
      const sentAt = performance.now()
      try {
        const { rows } = await clients[writer]!.query(text, values)
        note(rows)
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        failures.push({ kind, code, message })
      }
      took.get(kind)!.push(performance.now() - sentAt)
      statements++
    }
  }

  const writing = Promise.all(clients.map((_, writer) => write(writer)))
  const end = async (): Promise<void> => {
    stopped.abort()
    await writing
  }
  return {
    statements: () => statements,
    async stop() {
      await end()
      const latencies = [...took].filter(([, all]) => all.length > 0).map(([kind, all]) => latencyOf(kind, all))
      const worstMs = Math.max(0, ...latencies.map(({ worst }) => worst))
      return { statements, failures, latencies, worstMs, facts: joinFacts(sources.map(({ facts }) => facts)) }
    },
    async [Symbol.asyncDispose]() {
      await end()
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}
