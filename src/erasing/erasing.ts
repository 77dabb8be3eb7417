import type { Author } from '../audit/record-action.ts'
import type { Spool } from '../ingest/spool.ts'
import { sleep } from '../lib/backoff.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { createSpoolCleaning } from './clean-spool.ts'
import { type ChannelDeletion, deleteChannel } from './delete-channel.ts'
import { requestChatterErasure } from './erase-chatter.ts'
import {
  type Erasure,
  type Left,
  lastErasureOf,
  leaseErasure,
  postponeErasure,
  readErasure,
  readErasures,
} from './erasure-store.ts'
import { ErasureLeaseLost, type ErasureWorkOptions, runErasure } from './run-erasure.ts'
import { type ChatterSubject, subjectHashes } from './subject.ts'

/** Erases people and channels; what was asked for goes on until it is done, on whatever node. */
export type Erasing = {
  /** Deletes a channel at once, and erases what is left of it elsewhere. */
  deleteChannel(author: Author, request: { channelId: bigint; confirm: string }): Promise<ChannelDeletion>
  /** Asks for the erasure of a person; the id of the erasure. */
  eraseChatter(author: Author, subject: ChatterSubject): Promise<string>
  /** The erasure as it is when it has finished, or after `ms`. */
  settled(id: string, ms: number, signal?: AbortSignal): Promise<Erasure>
  /** The newest erasures, at most `limit`. */
  list(limit: number): Promise<Erasure[]>
  /** The latest erasure of a person; null when there was none. */
  lastOf(subject: ChatterSubject): Promise<Erasure | null>
}

/** Erasing while somebody works at it; disposing ends the work, and another process goes on with it. */
export type RunningErasing = Erasing & AsyncDisposable

export type ErasingOptions = ErasureWorkOptions & {
  spool: Pick<Spool, 'backlogs' | 'deadLetters' | 'purge'>
  log: Log
  /** How often a node looks for what is to be erased. */
  everyMs?: number
}

const pollMs = 200
/** After how long a node tries again what met an error. */
const retrySeconds = 10

/** The requests alone, for whoever does not do the work. */
export const createErasing = (
  { databases, ring }: Pick<ErasureWorkOptions, 'databases' | 'ring'>,
  wake: () => void = () => undefined,
): Erasing => {
  const { dm: db } = databases
  return {
    async deleteChannel(author, request) {
      const deletion = await deleteChannel({ databases, ring }, author, request)
      wake()
      return deletion
    },
    async eraseChatter(author, subject) {
      const id = await requestChatterErasure({ db, ring }, author, subject)
      wake()
      return id
    },
    async settled(id, ms, signal) {
      const deadline = performance.now() + ms
      for (;;) {
        signal?.throwIfAborted()
        const erasure = await readErasure(db, id)
        if (!erasure) throw new TypeError(`There is no erasure ${id}.`)
        if (erasure.finishedAt !== null || performance.now() >= deadline) return erasure
        await sleep(pollMs, signal)
      }
    },
    list: (limit) => readErasures(db, limit),
    lastOf: (subject) => lastErasureOf(db, subjectHashes(ring, subject)),
  }
}

/**
 * Starts the work of this node: it keeps its spool and its environment clean of what is erased, and leases erasures one after another. A node that dies leaves its
 * lease to itself after a restart, and to the others after half a minute.
 */
export const startErasing = (options: ErasingOptions): RunningErasing => {
  const { databases, environment, spool, ring, node, log, everyMs = 2_000 } = options
  const { dm: db } = databases
  const stopping = new AbortController()
  const { signal } = stopping
  let woken = Promise.withResolvers<void>()
  const cleanSpool = createSpoolCleaning({ db, spool, ring, node })
  /** Erasures that met an error here, and until when they are left to others: these may reach an archive that this node does not. */
  const left = new Map<string, Left & { until: number }>()

  /** Whether there was something to do. */
  const work = async (): Promise<boolean> => {
    await cleanSpool()
    await cleanEnvironment(databases, environment)
    for (const [id, { until }] of left) if (until <= performance.now()) left.delete(id)
    const erasure = await leaseErasure(db, node, environment, left)
    if (!erasure) return false
    const { id } = erasure
    try {
      const outcome = await runErasure(options, erasure, signal)
      if (outcome.kind === 'finished') log.info({ erasure: id }, 'an erasure is finished')
      else await postponeErasure(db, id, node, outcome.seconds, outcome.forWhat)
    } catch (error) {
      if (signal.aborted || error instanceof ErasureLeaseLost) return false
      log.warn({ erasure: id, reason: reasonText(error) }, 'an erasure met an error and goes on later')
      const state = await postponeErasure(db, id, node, 0, reasonText(error))
      if (state) left.set(id, { ...state, until: performance.now() + retrySeconds * 1_000 })
    }
    return true
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      woken = Promise.withResolvers()
      const didSomething = await work().catch((error: unknown) => {
        if (!signal.aborted) log.debug({ reason: reasonText(error) }, 'erasures can not be looked for now')
        return false
      })
      const patience = new AbortController()
      const over = AbortSignal.any([signal, patience.signal])
      await Promise.race([sleep(didSomething ? pollMs : everyMs, over), woken.promise])
      patience.abort()
    }
  }
  const running = run()
  return {
    ...createErasing(options, () => woken.resolve()),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
