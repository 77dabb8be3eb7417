import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Demo, thinning } from '../demo/demo.ts'
import { pastDeliveries } from '../demo/history.ts'
import { createScenario } from '../demo/scenario.ts'
import { queueName, type Spool } from '../ingest/spool.ts'
import { sleep } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import { tellLateSpan } from '../sessions/late-rows.ts'
import type { InsertTarget } from '../stores/clickhouse/tables/row-format.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { deliveryQueue, encodeDelivery } from '../webhooks/delivery-row.ts'
import { createReceipt } from './replay-demo.ts'

/** Stretches of the past of which people are still to be told: rows of one column, `[from, to]` in epoch milliseconds. */
export const peopleQueue: InsertTarget = { table: queueName('demo-people'), columns: ['stretch'] }

const stepMs = 60_000
const stretchMs = 10 * stepMs

/** The rows of `peopleQueue` for a past, the newest stretch first. */
export const peopleStretches = (from: number, to: number): string[] => {
  const rows: string[] = []
  for (let end = to; end > from; end -= stretchMs) rows.push(JSON.stringify([Math.max(from, end - stretchMs), end]))
  return rows
}

export type ReplayPeopleOptions = {
  demo: Pick<Demo, 'seed' | 'channels' | 'kick'>
  db: Transaction
  spool: Pick<Spool, 'take' | 'split' | 'settle'>
  headerPrefix: WebhookSource['headerPrefix']
}

/**
 * Tells what people did in the past: chat, follows and the like, as deliveries for the projector. Their order changes nothing, so the
 * server serves meanwhile. One commit of the spool adds the deliveries of a stretch and forgets the stretch, so each comes once
 * wherever the process dies.
 */
export const replayPeople = async (options: ReplayPeopleOptions, signal: AbortSignal): Promise<void> => {
  const { demo, db, spool, headerPrefix } = options
  const { seed, channels, kick } = demo
  const scenario = createScenario({ seed, channels })
  for (;;) {
    const batch = await spool.take(peopleQueue.table)
    if (!batch) return
    const stretches = Buffer.from(batch.body).toString().split('\n').slice(0, -1)
    if (stretches.length > 1) {
      await spool.split(batch)
      continue
    }
    const [from, to]: [number, number] = JSON.parse(stretches[0]!)
    const received = createReceipt({ subscriptions: kick.subscriptions, headerPrefix })
    const rows: string[] = []
    const steps = { scenario, seed, from, to, stepMs: () => stepMs, thinning, part: 'people' } as const
    for (const deliveries of pastDeliveries(steps)) {
      rows.push(...deliveries.flatMap(received).map(encodeDelivery))
      await nextTurn()
      signal.throwIfAborted()
    }
    // Sessions of then may be aggregated, where the process died in between.
    await tellLateSpan(db, { from: new Date(from), to: new Date(to) })
    await spool.settle(batch, [{ target: deliveryQueue, rows }])
  }
}

const retryMs = 5_000

/** The same beside everything else, and again after a failure, until it is done. Disposing waits for its end. */
export const startReplayingPeople = (options: ReplayPeopleOptions & { log: Log }): AsyncDisposable => {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        return await replayPeople(options, signal)
      } catch (error) {
        if (signal.aborted) return
        options.log.warn({ err: error }, 'what people did in the past of the demo can not be told now; trying again')
        await sleep(retryMs, signal)
      }
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
