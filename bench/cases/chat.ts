import type { ChatSlice, ChatStart } from '../subjects/chat.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { busyChannel, chatDaysFilled } from '../support/chat-data.ts'
import { type Child, startChild } from '../support/child.ts'
import type { HttpLoadResult, HttpTarget } from '../support/http-load.ts'
import { fillChannels, startPostgres } from '../support/postgres-data.ts'
import { makeDataDirectory, startProjectServer } from '../support/project-server.ts'
import { atMost, goal, type Report, tabulate } from '../support/report.ts'
import { interleave, latency, type Rounds, ratio, type Sample, typical, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'

const engine = 'messages: plain statement on the engine'
const ours = 'messages: ours'
const engineChatters = 'and chatters: plain statement'
const oursChatters = 'and chatters: ours'

const one = 'SELECT 1 on the engine'
const page = 'newest 50 messages'
const search = 'newest 50 that hold a text'
const engineShared = 'shared chatters: plain statement'
const oursShared = 'shared chatters: ours'

type Kind = { name: string; variant: string; count: number }

const days: readonly Kind[] = [
  { name: engine, variant: 'engine', count: 5 },
  { name: ours, variant: 'ours', count: 5 },
  { name: engineChatters, variant: 'engine-chatters', count: 2 },
  { name: oursChatters, variant: 'ours-chatters', count: 2 },
]

const pages: readonly Kind[] = [
  { name: one, variant: 'one', count: 40 },
  { name: page, variant: 'page', count: 20 },
  { name: search, variant: 'search', count: 20 },
]

const chatters: readonly Kind[] = [
  { name: engineShared, variant: 'engine-shared', count: 2 },
  { name: oursShared, variant: 'shared', count: 4 },
]

const variantOf = (child: Child, { name, variant, count }: Kind): Variant => ({
  name,
  async measure(): Promise<Sample> {
    const before = processCpuUs(child.pid)
    const slice = await child.call<ChatSlice>('slice', { variant, count })
    return { ...slice, operations: count, cpuUs: processCpuUs(child.pid) - before }
  },
})

const query = `query Days($id: ID!) { channel(id: $id) { chatDaily(days: ${chatDaysFilled}) { day messages } } }`

/** The same days through GraphQL over HTTP, of the server as users start it; the engine's own time was measured before. */
const reportGraphql = async (dataDirectory: string, engineMs: number, context: BenchContext): Promise<Report> => {
  await using stack = new AsyncDisposableStack()
  const postgres = stack.use(await startPostgres(`${dataDirectory}-postgres`))
  await fillChannels(postgres, Number(busyChannel), 1)
  const env = { DATABASE_URL: postgres.url, DATA_DIR: dataDirectory, ENVIRONMENT: 'bench', DEMO: 'off', WORKERS: '' }
  const server = stack.use(await startProjectServer(env))
  const load = stack.use(await startChild('support/http-load.ts', context.signal))
  const name = `${chatDaysFilled} days by GraphQL`
  const target = {
    port: Number(new URL(server.url).port),
    path: '/graphql',
    mustContain: '"chatDaily":[{"day"',
    name,
    keys: [String(busyChannel)],
    body: JSON.stringify({ query, variables: { id: '%KEY%' } }),
  } satisfies HttpTarget
  await load.call('prepare', target)
  const variant: Variant = {
    name,
    async measure() {
      const before = server.cpuUs()
      const result = await load.call<HttpLoadResult>('run', { name, connections: 1, durationMs: 1_000 })
      return { ...result, operations: result.operations, cpuUs: server.cpuUs() - before }
    },
  }
  const rounds = await interleave([variant], context.quick ? 3 : 6, context.signal)
  const ms = typical(rounds, name, latency(0.5))
  return {
    title: 'the same by GraphQL over HTTP, one request at a time',
    rows: tabulate(rounds, { operation: 'answers', against: [] }),
    goals: [goal('G12', 'chat of 30 days by GraphQL vs the plain statement', ms / engineMs, atMost(1.5, 1.1))],
  }
}

/** Thirty days of a busy channel's chat out of the chat of many. */
export const chat: BenchCase = {
  name: 'chat',
  async *run(context: BenchContext): AsyncGenerator<Report> {
    const { quick, directory, signal, progress } = context
    const messages = quick ? 5_000_000 : 50_000_000
    const dataDirectory = `${directory}/chat`
    makeDataDirectory(dataDirectory)
    const engineDirectory = `${dataDirectory}/clickhouse`
    // The end of today: the oldest day is not past its retention.
    const endSeconds = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400
    let engineMs: number
    {
      // More threads than statements can be under way, as the project's own start has it.
      await using child = await startChild('subjects/chat.ts', signal, { UV_THREADPOOL_SIZE: '16' })
      progress(`filling ClickHouse with ${messages / 1e6} million messages`)
      await child.call('start', { directory: engineDirectory, messages, endSeconds } satisfies ChatStart)
      await child.call('open', engineDirectory)
      progress(`the last ${chatDaysFilled} days`)
      const measure = (kinds: readonly Kind[]): Promise<Rounds> =>
        interleave(
          kinds.map((kind) => variantOf(child, kind)),
          quick ? 4 : 8,
          signal,
        )
      const rounds = await measure(days)
      engineMs = typical(rounds, engine, latency(0.5))
      yield {
        title: `${chatDaysFilled} days of a channel with ${messages / 5e6} of ${messages / 1e6} million messages`,
        rows: tabulate(rounds, { operation: 'calls', against: [engine] }),
        goals: [
          goal(
            'G12',
            'chat of 30 days vs the plain statement',
            ratio(rounds, ours, engine, latency(0.5)),
            atMost(1.5, 1.1),
          ),
          goal(
            'G12b',
            'with chatters vs the plain statement',
            ratio(rounds, oursChatters, engineChatters, latency(0.5)),
            atMost(1.5, 1.1),
          ),
        ],
      }
      progress('pages')
      const ofPages = await measure(pages)
      yield {
        title: `pages of the channel out of ${chatDaysFilled} days`,
        rows: tabulate(ofPages, { operation: 'calls', against: [one] }),
        goals: [goal('G12c', 'newest 50 messages vs SELECT 1', ratio(ofPages, page, one, latency(0.5)), atMost(4))],
      }
      progress('shared chatters')
      const ofChatters = await measure(chatters)
      const sharedRatio = ratio(ofChatters, oursShared, engineShared, latency(0.5))
      yield {
        title: `people that two channels share in ${chatDaysFilled} days`,
        rows: tabulate(ofChatters, { operation: 'calls', against: [engineShared] }),
        goals: [goal('G12d', 'shared chatters vs the plain statement', sharedRatio, atMost(1.5, 0.5))],
      }
    }
    progress('by GraphQL')
    yield await reportGraphql(dataDirectory, engineMs, context)
  },
}
