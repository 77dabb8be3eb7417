import { generateKeyPairSync } from 'node:crypto'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import type { HttpLoadResult } from '../support/http-load.ts'
import { atLeast, type Goal, goal, tabulate } from '../support/report.ts'
import { interleave, type Rounds, ratio, type Sample, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'
import type { WebhookLoad, WebhookLoadStart } from '../support/webhook-load.ts'

/** What every receiver is started with; the directory is its own. */
export type ReceiverStart = { publicKeyPem: string; directory: string }

const bare = 'bare node:http, verified only'
const ours = 'ours: verified, on the disk'
const inserting = 'insert per message'

const programs = [
  { name: bare, program: 'peers/bare-receiver.ts' },
  { name: ours, program: 'subjects/receiver.ts' },
  { name: inserting, program: 'peers/insert-receiver.ts' },
]

const connections = 64

const measured = async (child: Child, load: Child, run: WebhookLoad): Promise<Sample> => {
  const before = processCpuUs(child.pid)
  const result = await load.call<HttpLoadResult>('run', run)
  return { ...result, cpuUs: processCpuUs(child.pid) - before }
}

/** Everything that was answered 200 must be in the spool, and it is taken out again before the next slice. */
const drained = async (child: Child, { operations }: Sample): Promise<void> => {
  const deliveries = await child.call<number>('drain')
  if (deliveries !== operations)
    throw new Error(`${operations} deliveries were answered 200, the spool has ${deliveries}.`)
}

const goalsOf = (rounds: Rounds): Goal[] => [
  goal('G7', 'webhooks verified and durable vs verified only', ratio(rounds, ours, bare), atLeast(0.6, 0.8)),
  goal('G7', 'webhooks verified and durable vs an insert per message', ratio(rounds, ours, inserting), atLeast(20, 40)),
]

/** Receiving webhooks, from the request to the answer. */
export const receive: BenchCase = {
  name: 'receive',
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const deliveries = quick ? 3_000 : 10_000
    progress(`signing ${deliveries} deliveries`)
    const load = stack.use(await startChild('support/webhook-load.ts', signal))
    await load.call('start', { privateKeyPem: privateKey, deliveries } satisfies WebhookLoadStart)
    const variants: Variant[] = []
    for (const [i, { name, program }] of programs.entries()) {
      const child = stack.use(await startChild(program, signal, { UV_THREADPOOL_SIZE: '16' }))
      const start: ReceiverStart = { publicKeyPem: publicKey, directory: `${directory}/receive-${i}` }
      const port = await child.call<number>('start', start)
      variants.push({
        name,
        async measure() {
          const sample = await measured(child, load, { port, connections, durationMs: quick ? 800 : 1_500 })
          if (name === ours) await drained(child, sample)
          return sample
        },
      })
    }
    progress(`${connections} connections`)
    const rounds = await interleave(variants, quick ? 3 : 7, signal)
    yield {
      title: `signed chat messages received over ${connections} connections`,
      rows: tabulate(rounds, { operation: 'webhooks', against: [bare, inserting] }),
      goals: goalsOf(rounds),
    }
  },
}
