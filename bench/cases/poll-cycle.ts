import type { PollerCycle } from '../subjects/poller.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { startChild } from '../support/child.ts'
import { type BenchPostgres, startPostgres } from '../support/postgres-data.ts'
import { atMost, goal, type Report, tabulate } from '../support/report.ts'
import { cpu, extra, interleave, type Rounds, typical, type Variant } from '../support/rounds.ts'
import type { SimulatedKick } from '../support/simulated-kick.ts'
import { processCpuUs, processMemoryMb, resetPeakMemory } from '../support/usage.ts'

type Subject = { name: string; program: string; channels: number; ours?: { clickHouse: boolean } }

/** Makes so many channels that are due. */
export const trackedChannels = (count: number) => `
WITH channel AS (
  INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug)
  SELECT '01' || lpad(n::text, 24, '0'), 'kick', n::text, 'channel-' || lpad(n::text, 6, '0') FROM generate_series(1, ${count}) n
  RETURNING id)
INSERT INTO dm.probe_schedule (channel_id) SELECT id FROM channel`

/** Makes the first so many channels due. */
const allDue = (count: number) =>
  `UPDATE dm.probe_schedule SET next_probe_at = now() - interval '1 minute', leased_until = NULL WHERE channel_id <= ${count}`

const ours = 'ours'
const withoutClickHouse = 'ours, ClickHouse elsewhere'
const bare = 'undici + JSON.parse'
const engine = 'the rows straight to the engine'
const naive = 'fetch + Prisma upserts'

/** A poller, ours or another, as a variant whose operation is a channel. */
export const pollerOf = async (
  stack: AsyncDisposableStack,
  { name, program, channels, ours }: Subject,
  postgres: BenchPostgres,
  kick: SimulatedKick,
  { directory, signal }: BenchContext,
): Promise<Variant> => {
  const child = stack.use(await startChild(program, signal, { UV_THREADPOOL_SIZE: '16' }))
  await child.call('start', { databaseUrl: postgres.url, kick, channels, directory: `${directory}/${name}`, ...ours })
  const idleMb = processMemoryMb(child.pid).now
  return {
    name,
    async measure() {
      if (ours) await postgres.query(allDue(channels))
      resetPeakMemory(child.pid)
      const before = { cpu: processCpuUs(child.pid), postgres: postgres.cpuUs() }
      const cycle = await child.call<PollerCycle>('cycle', channels)
      const cpuUs = processCpuUs(child.pid) - before.cpu
      return {
        operations: channels,
        wallMs: cycle.wallMs,
        cpuUs,
        latenciesMs: [],
        extra: {
          calls: cycle.calls,
          statements: cycle.statements,
          databaseUs: (postgres.cpuUs() - before.postgres) / channels,
          cpuSeconds: cpuUs / 1e6,
          memoryMb: processMemoryMb(child.pid).peak - idleMb,
          loopDelayMs: cycle.loopDelayMs,
        },
      }
    },
  }
}

const report = (rounds: Rounds, channels: number): Report => ({
  title: `one poll cycle of ${channels} live channels, ${channels / 100} API calls; the naive loop does a part and is scaled by channel`,
  rows: tabulate(rounds, {
    operation: 'channels',
    against: [bare, naive],
    columns: {
      'CPU s a cycle': (sample) => (cpu(sample) * channels) / 1e6,
      statements: (sample) => (sample.extra!.statements! / sample.operations) * channels,
      'Postgres CPU µs': extra('databaseUs'),
      'peak MB above idle': extra('memoryMb'),
      'loop delay p99 ms': extra('loopDelayMs'),
    },
  }),
  goals: [
    goal(
      'G4',
      'CPU of a poll cycle of 50,000 channels',
      (typical(rounds, ours, cpu) * 50_000) / 1e6,
      atMost(1.2, 0.7),
      's',
    ),
    goal(
      'G4',
      'peak memory of a cycle above idle',
      Math.max(...rounds.get(ours)!.map(extra('memoryMb'))),
      atMost(120, 80),
      'MB',
    ),
    goal('G4b', 'loop delay p99 during a cycle', typical(rounds, ours, extra('loopDelayMs')), atMost(20, 10), 'ms'),
  ],
})

/** One look at every live channel: calls, decisions and writes. */
export const pollCycle: BenchCase = {
  name: 'poll-cycle',
  async *run(context: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const { quick, directory, signal, progress } = context
    const channels = quick ? 10_000 : 50_000
    const postgres = stack.use(await startPostgres(`${directory}/poll-postgres`))
    const simulator = stack.use(await startChild('support/simulated-kick.ts', signal))
    const kick = await simulator.call<SimulatedKick>('start', channels)
    await postgres.query(trackedChannels(channels))
    await postgres.query('VACUUM ANALYZE')
    const subjects: readonly Subject[] = [
      { name: bare, program: 'peers/bare-poll.ts', channels },
      { name: engine, program: 'peers/engine-rows.ts', channels },
      { name: ours, program: 'subjects/poller.ts', channels, ours: { clickHouse: true } },
      { name: withoutClickHouse, program: 'subjects/poller.ts', channels, ours: { clickHouse: false } },
      { name: naive, program: 'peers/naive-poll.ts', channels: quick ? 300 : 1_000 },
    ]
    const variants: Variant[] = []
    for (const subject of subjects) variants.push(await pollerOf(stack, subject, postgres, kick, context))
    // The first, unmeasured round finds every channel going live; the others find them all still live.
    progress(`cycles of ${channels} channels`)
    yield report(await interleave(variants, quick ? 3 : 5, signal), channels)
  },
}
