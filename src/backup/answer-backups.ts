import fs from 'node:fs/promises'
import path from 'node:path'
import { sleep } from '../lib/backoff.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { repeat } from '../workers/repeat.ts'
import { confirmHeld, insertAnswer, selectCall, selectNow, selectTaken, sendSpool } from './backup-calls.ts'
import { type Movers, standStill } from './stand-still.ts'

/** A node as backups of other nodes know it. */
export type AnsweringNode = Movers & {
  /** The database that has `dm`. */
  db: Postgres
  tier: string
  node: string
  /** A folder of this process for files that are under way. */
  scratch: string
  log: Log
  /** How often it looks for calls. */
  everyMs?: number
  /** For how long it stands still at most. */
  holdMs?: number
}

const lookMs = 50

/** Stands still until the snapshots are taken; whether they were. The spool is in `file` then. */
const holdStill = async (
  { holdMs = 20_000, ...node }: AnsweringNode,
  id: string,
  file: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const { db } = node
  using still = await standStill(node, file, async () => (await db.query(selectNow))[0]!.at)
  const until = performance.now() + holdMs
  await db.query(insertAnswer, [id, node.node, still.since, null])
  while (performance.now() < until) {
    await sleep(lookMs, signal)
    if (signal.aborted) return false
    const [call] = await db.query(selectTaken, [id])
    if (!call) return false
    if (!call.isTaken) continue
    await db.query(confirmHeld, [id, node.node])
    return true
  }
  throw new ConfigError(`It stood still for ${holdMs / 1_000} s, and the snapshots were not taken by then.`)
}

const answer = async (node: AnsweringNode, id: string, signal: AbortSignal): Promise<void> => {
  const { db, scratch, log } = node
  const file = path.join(scratch, `spool-${id}.sqlite`)
  try {
    if (await holdStill(node, id, file, signal)) await db.query(sendSpool, [id, node.node, await fs.readFile(file)])
  } catch (error) {
    log.warn({ backup: id, reason: reasonText(error) }, 'This node could not take part in the backup of another node.')
    await db.query(insertAnswer, [id, node.node, null, reasonText(error)])
  } finally {
    await fs.rm(file, { force: true })
  }
}

/** Takes part in backups that other nodes make: stands still while they take their snapshots, and hands over the rows that wait on the disk of this one. */
export const answerBackups = (node: AnsweringNode): AsyncDisposable => {
  const { db, tier, log, everyMs = 2_000 } = node
  const look = async (signal: AbortSignal): Promise<void> => {
    // That the database is away is told elsewhere; whoever makes a backup is away from it as well.
    const [call] = await db.query(selectCall, [tier, node.node]).catch(() => [])
    if (call) await answer(node, call.id, signal)
  }
  return repeat(look, { name: 'backups of other nodes', everyMs, firstAfterMs: everyMs, log })
}
