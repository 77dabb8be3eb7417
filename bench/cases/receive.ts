import { generateKeyPairSync } from 'node:crypto'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import type { HttpLoadResult } from '../support/http-load.ts'
import { atLeast, type Goal, goal, type Report, tabulate } from '../support/report.ts'
import { interleave, type Rounds, ratio, type Sample, type Variant } from '../support/rounds.ts'
import { processCpuUs } from '../support/usage.ts'
import type { WebhookLoad, WebhookLoadStart } from '../support/webhook-load.ts'

/** What every receiver is started with; the directory is its own. */
export type ReceiverStart = { publicKeyPem: string; directory: string }

const bare = 'bare node:http, verified only'
const ours = 'ours: verified, on the disk'
const inserting = 'insert per message'

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

type Receivers = Pick<BenchContext, 'directory' | 'signal'> & { publicKeyPem: string; load: Child; durationMs: number }

/** Starts the program of a receiver, which ends with the stack. */
const variantOf = async (
  stack: AsyncDisposableStack,
  name: string,
  program: string,
  { directory, signal, publicKeyPem, load, durationMs }: Receivers,
): Promise<Variant> => {
  const child = stack.use(await startChild(program, signal, { UV_THREADPOOL_SIZE: '16' }))
  const start: ReceiverStart = { publicKeyPem, directory: `${directory}/receive-${child.pid}` }
  const port = await child.call<number>('start', start)
  return {
    name,
    async measure() {
      const sample = await measured(child, load, { port, connections, durationMs })
      if (name === ours) await drained(child, sample)
      return sample
    },
  }
}

/** Measures our receiver in turn with one other. */
const against = async (other: string, program: string, rounds: number, receivers: Receivers): Promise<Rounds> => {
  await using stack = new AsyncDisposableStack()
  const variants = [
    await variantOf(stack, other, program, receivers),
    await variantOf(stack, ours, 'subjects/receiver.ts', receivers),
  ]
  return await interleave(variants, rounds, receivers.signal)
}

const reportOf = (rounds: Rounds, other: string, goals: readonly Goal[]): Report => ({
  title: `signed chat messages received over ${connections} connections, beside ${other}`,
  rows: tabulate(rounds, { operation: 'webhooks', against: [other] }),
  goals: [...goals],
})

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
    const receivers = { directory, signal, publicKeyPem: publicKey, load, durationMs: quick ? 800 : 1_500 }

    progress('receivers that verify')
    const limited = await against(bare, 'peers/bare-receiver.ts', quick ? 4 : 9, receivers)
    yield reportOf(limited, bare, [
      goal('G7', 'webhooks verified and durable vs verified only', ratio(limited, ours, bare), atLeast(0.6, 0.8)),
    ])

    // In a run of its own: what it inserted is merged, on both cores, long after its slice.
    progress('receivers that store')
    const naive = await against(inserting, 'peers/insert-receiver.ts', quick ? 2 : 4, receivers)
    const gain = ratio(naive, ours, inserting)
    yield reportOf(naive, inserting, [
      goal('G7', 'webhooks verified and durable vs an insert per message', gain, atLeast(20, 40)),
    ])
  },
}
