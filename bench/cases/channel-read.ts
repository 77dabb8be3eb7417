import type { BenchCase } from '../support/bench-case.ts'
import { measureChannels } from '../support/channel-load.ts'
import {
  companyLimit,
  fillScores,
  limit,
  mercurius,
  ours,
  pageSize,
  postgraphile,
  type Shape,
  startLimits,
  startPeers,
  stock,
} from '../support/channel-servers.ts'
import { startChild } from '../support/child.ts'
import { fillChannels, startPostgres } from '../support/postgres-data.ts'
import { atLeast, atMost, goal, type Report, tabulate } from '../support/report.ts'
import { extra, type Rounds, ratio } from '../support/rounds.ts'

const concurrency = 32
const databaseUs = extra('databaseUs')
const rowsOf = (rounds: Rounds) =>
  tabulate(rounds, {
    operation: 'requests',
    against: [limit, companyLimit, mercurius, postgraphile, stock].filter((name) => rounds.has(name)),
    columns: { 'Postgres CPU µs': databaseUs },
  })

const reportOne = (rounds: Rounds, channels: number): Report => ({
  title: `channel by slug + slug history + 10 sessions, ${channels} channels, concurrency ${concurrency}`,
  rows: rowsOf(rounds),
  goals: [
    goal('G1b', 'channel read vs mercurius', ratio(rounds, ours, mercurius), atLeast(2.5, 3.5)),
    goal('G1b', 'channel read vs PostGraphile', ratio(rounds, ours, postgraphile), atLeast(3.5, 5)),
  ],
})

const reportMany = (rounds: Rounds): Report => ({
  title: `page of ${pageSize} channels × 3 sessions, concurrency ${concurrency}`,
  rows: rowsOf(rounds),
  goals: [
    goal('G2', 'channel page vs PostGraphile', ratio(rounds, ours, postgraphile), atLeast(2.5, 4)),
    goal('G2', 'channel page vs raw pg JSON handler', ratio(rounds, ours, limit), atLeast(0.6, 0.9)),
    goal('G2', 'channel page vs mercurius', ratio(rounds, ours, mercurius), atLeast(1.5)),
    goal('G2', 'channel page, Postgres CPU vs raw handler', ratio(rounds, ours, limit, databaseUs), atMost(1.2)),
  ],
})

const reportOther = (rounds: Rounds, what: string): Report => ({
  title: `${what}, concurrency ${concurrency}`,
  rows: rowsOf(rounds),
  goals: [goal('G1d', `${what}, vs the stock stack`, ratio(rounds, ours, stock), atLeast(1.2, 2))],
})

/** Reading a channel, and a page of channels, by GraphQL over HTTP. */
export const channelRead: BenchCase = {
  name: 'channel-read',
  async *run(context) {
    await using stack = new AsyncDisposableStack()
    const channels = context.quick ? 5_000 : 50_000
    context.progress(`filling Postgres with ${channels} channels and ${channels * 10} sessions`)
    const postgres = stack.use(await startPostgres(`${context.directory}/postgres`))
    await fillChannels(postgres, channels, 10)
    await postgres.query(fillScores)
    await postgres.query('VACUUM ANALYZE public.streamer_trust_scores')
    const servers = [
      ...(await startLimits(stack, postgres, channels, context)),
      ...(await startPeers(stack, postgres, channels, context)),
    ]
    const load = stack.use(await startChild('support/http-load.ts', context.signal))
    const ask = (shape: Shape, variable: string) =>
      measureChannels(servers, { shape, variable }, postgres, load, context)
    context.progress('one channel')
    yield reportOne(await ask('one', 'slug'), channels)
    context.progress('a page of channels')
    yield reportMany(await ask('many', 'after'))
    context.progress('other documents')
    for (const [shape, variable, what] of [
      ['scoredOne', 'slug', 'one channel with its trust score'],
      ['scoredMany', 'after', 'a page of channels with trust scores'],
      ['executedOne', 'slug', 'one channel with its trust score, executed and not compiled'],
      ['executedMany', 'after', 'a page of channels with trust scores, executed and not compiled'],
    ] as const)
      yield reportOther(await ask(shape, variable), what)
  },
}
