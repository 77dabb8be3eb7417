import type { BenchCase } from '../support/bench-case.ts'
import { measureChannels } from '../support/channel-load.ts'
import { companyLimit, limit, ours, startLimits } from '../support/channel-servers.ts'
import { startChild } from '../support/child.ts'
import { channelSlug, fillChannels, startPostgres } from '../support/postgres-data.ts'
import { atLeast, atMost, type Goal, goal, tabulate } from '../support/report.ts'
import { extra, latency, type Rounds, ratio } from '../support/rounds.ts'

const databaseUs = extra('databaseUs')

/** Slugs as visitors ask for them: the n-th most wanted channel comes 1 / n^1.1 times as often as the first. */
const wantedSlugs = (channels: number, draws: number): string[] => {
  let sum = 0
  const sums = Array.from({ length: channels }, (_, i) => {
    sum += 1 / (i + 1) ** 1.1
    return sum
  })
  return Array.from({ length: draws }, () => {
    const drawn = Math.random() * sum
    let [low, high] = [0, channels - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < drawn) low = middle + 1
      else high = middle
    }
    return channelSlug(low + 1)
  })
}

type Company = { concurrency: number; wanted?: boolean; goals(rounds: Rounds): Goal[] }

const versus = (rounds: Rounds) => ratio(rounds, ours, limit)

const companies: readonly Company[] = [
  { concurrency: 1, goals: (rounds) => [goal('G1e', 'channel read alone', versus(rounds), atLeast(0.85, 0.95))] },
  {
    concurrency: 4,
    goals: (rounds) => [goal('G1e', '4 channel reads at a time', versus(rounds), atLeast(0.85, 0.95))],
  },
  {
    concurrency: 32,
    goals: (rounds) => [
      goal('G1', '32 channel reads at a time', versus(rounds), atLeast(1.2, 1.6)),
      goal('G1', '32 at a time, vs the limit in company', ratio(rounds, ours, companyLimit), atLeast(0.65)),
      goal('G1c', '32 at a time, p99', ratio(rounds, ours, limit, latency(0.99)), atMost(0.8, 0.5)),
    ],
  },
  {
    concurrency: 128,
    goals: (rounds) => [goal('G1', '128 channel reads at a time', versus(rounds), atLeast(1.6, 2.2))],
  },
  {
    concurrency: 32,
    wanted: true,
    goals: (rounds) => [goal('G1e', '32 at a time of wanted channels', versus(rounds), atLeast(1.6, 3))],
  },
]

/** Reading a channel beside the limit, and beside the limit whose requests travel together, with few and with many at a time. */
export const channelCompany: BenchCase = {
  name: 'channel-company',
  async *run(context) {
    await using stack = new AsyncDisposableStack()
    const channels = context.quick ? 5_000 : 50_000
    context.progress(`filling Postgres with ${channels} channels and ${channels * 10} sessions`)
    const postgres = stack.use(await startPostgres(`${context.directory}/postgres`))
    await fillChannels(postgres, channels, 10)
    const servers = await startLimits(stack, postgres, channels, context)
    const load = stack.use(await startChild('support/http-load.ts', context.signal))
    // What is still being compiled costs several times as much, and the first of these cases would measure that.
    context.progress('warming up')
    await measureChannels(servers, { shape: 'one', variable: 'slug' }, postgres, load, context)
    for (const { concurrency, wanted, goals } of companies) {
      const title = `channel by slug, concurrency ${concurrency}${wanted ? ', some channels wanted more than others' : ''}`
      context.progress(title)
      const drawn = wanted ? wantedSlugs(channels, 100_000) : undefined
      const question = { shape: 'one', variable: 'slug', concurrency, drawn } as const
      const rounds = await measureChannels(servers, question, postgres, load, context)
      const columns = { 'Postgres CPU µs': databaseUs }
      const rows = tabulate(rounds, { operation: 'requests', against: [limit, companyLimit], columns })
      yield { title, rows, goals: goals(rounds) }
    }
  },
}
