import { readWatermark } from '../archive/archive-log.ts'
import type { ArchiveStores } from '../archive/read-archive.ts'
import { recordAction } from '../audit/record-action.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { reasonText } from '../lib/errors.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { environmentsToClean } from './clean-environment.ts'
import { countMessages } from './count-messages.ts'
import { endDeliveries } from './end-deliveries.ts'
import { eraseArchives } from './erase-archives.ts'
import { channelsOfOthers, eraseFollows } from './erase-database.ts'
import { type EmptiedPart, eraseHistory } from './erase-history.ts'
import type { ErasureOutcome } from './erasure-outcome.ts'
import { finishErasure, nodesToClean, noteMessages, type OpenErasure, renewErasure } from './erasure-store.ts'
import { rewriteTables } from './rewrite-tables.ts'
import { type Subject, unsealSubject } from './subject.ts'

export type ErasureWorkOptions = {
  databases: { dm: Postgres; public: Postgres }
  stores: ArchiveStores
  /** The `env` of every row. */
  env: string
  environment: EnvironmentName
  ring: KeyRing
  node: string
  /** The platforms that this process may ask; null where another process asks them. */
  platforms: ReadonlyMap<PlatformName, Platform> | null
  /** Whether the database is of this process alone: then its files are rewritten too. */
  ownsDatabase: boolean
  onEmptied: (parts: readonly EmptiedPart[]) => Promise<void>
  /** Drops what interrupted imports have read of files; false while an import runs, whose rows can only be searched when it has ended. */
  forgetImports: () => Promise<boolean>
}

/** Another node works at the erasure now. */
export class ErasureLeaseLost extends Error {
  constructor() {
    super('Another node works at this erasure now.')
    this.name = 'ErasureLeaseLost'
  }
}

const renewMs = 5_000

/** Renews the lease as often as needed, however often it is called. */
const leaseKeeper = ({ databases, node }: ErasureWorkOptions, id: string, signal: AbortSignal) => {
  let renewedAt = Number.NEGATIVE_INFINITY
  return async (): Promise<void> => {
    signal.throwIfAborted()
    if (performance.now() - renewedAt < renewMs) return
    if (!(await renewErasure(databases.dm, id, node))) throw new ErasureLeaseLost()
    renewedAt = performance.now()
  }
}

/** Removes everything of the subject that is in a store now. */
const erase = async (
  options: ErasureWorkOptions,
  erasure: OpenErasure,
  subject: Subject,
  signal: AbortSignal,
): Promise<void> => {
  const { databases, stores, env, ownsDatabase, onEmptied } = options
  const { dm: db } = databases
  const onWait = leaseKeeper(options, erasure.id, signal)
  const otherChannels = await channelsOfOthers(db, subject)
  const parts = { store: stores.clickHouse, subject, otherChannels, onEmptied, onWait, signal }
  if (erasure.messages === null) {
    // What is archived is counted there.
    const since = (await readWatermark(db, env)) ?? new Date(0)
    await noteMessages(db, erasure.id, await countMessages({ ...parts, since }))
  }
  await eraseHistory(parts)
  if (subject.kind === 'chatter') await eraseFollows(db, erasure.id, subject, onWait)
  await eraseArchives({ db, stores, env, erasure, subject, otherChannels, onWait, signal })
  if (ownsDatabase) await rewriteTables(db, subject)
}

const finish = (options: ErasureWorkOptions, erasure: OpenErasure, subject: Subject): Promise<void> =>
  options.databases.dm.transaction(async (tx) => {
    const { id, subjectHash } = erasure
    const done = await finishErasure(tx, id, options.node)
    if (!done) throw new ErasureLeaseLost()
    const { messages, follows } = done
    await recordAction(tx, 'dm', erasure.requestedBy as Parameters<typeof recordAction>[2], {
      action: 'erasure.finish',
      target: subject.kind === 'channel' ? `channel:${subject.channelId}` : `chatter:${subjectHash}`,
      after: { erasure: id, messages: String(messages ?? 0), follows: String(follows) },
    })
  })

/** What went wrong, without the subject: messages of the engine repeat parts of a statement. */
const reasonWithout = (error: unknown, { platformUserId }: Subject): Error =>
  error instanceof ErasureLeaseLost ? error : new Error(reasonText(error).replaceAll(platformUserId, '…'))

const workAt = async (
  options: ErasureWorkOptions,
  erasure: OpenErasure,
  subject: Subject,
  signal: AbortSignal,
): Promise<ErasureOutcome> => {
  const { databases, node, platforms } = options
  const missing = await nodesToClean(databases.dm, erasure.id, node)
  const forWhat = `Rows from before the request still wait on ${missing.length} nodes (${missing.join(', ')}).`
  if (missing.length > 0) {
    if (erasure.messages !== null) return { kind: 'waits', forWhat, seconds: 2 }
    // At first the nodes may bring on what they hold: then one search is enough.
    if (erasure.isRecent) return { kind: 'waits', forWhat, seconds: 0.5 }
  }
  const delivering = subject.kind === 'channel' ? await endDeliveries(databases.dm, platforms, subject, signal) : null
  const isQuiet = await options.forgetImports()
  await erase(options, erasure, subject, signal)
  if (!isQuiet) return { kind: 'waits', forWhat: 'An import runs, which may bring rows of before.', seconds: 2 }
  if (missing.length > 0) return { kind: 'waits', forWhat, seconds: 2 }
  if (delivering) return delivering
  const environments = subject.kind === 'channel' ? await environmentsToClean(databases.dm, subject.channelId) : []
  if (environments.length > 0) {
    const forWhat = `${environments.length} environments (${environments.join(', ')}) have not removed what they have of the channel.`
    return { kind: 'waits', forWhat, seconds: 2 }
  }
  await finish(options, erasure, subject)
  return { kind: 'finished' }
}

/**
 * Works at a leased erasure. It begins from the start each time, and what is gone already takes no time. It is finished when every node has
 * said that it holds nothing from before, every environment that it has nothing of the channel, and when the stores were searched after that.
 */
export const runErasure = async (
  options: ErasureWorkOptions,
  erasure: OpenErasure,
  signal: AbortSignal,
): Promise<ErasureOutcome> => {
  const subject = unsealSubject(options.ring, erasure.id, erasure.sealedSubject)
  try {
    return await workAt(options, erasure, subject, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw reasonWithout(error, subject)
  }
}
