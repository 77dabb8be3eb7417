import fs from 'node:fs/promises'
import path from 'node:path'
import type { Shipper } from '../ingest/shipper.ts'
import type { Spool } from '../ingest/spool.ts'
import { ConfigError } from '../lib/errors.ts'
import type { Gate } from '../lib/gate.ts'

/** What moves facts from one store to another within a node. */
export type Movers = {
  spool: Pick<Spool, 'copyTo' | 'stats'>
  shipper: Pick<Shipper, 'flush' | 'pause'>
  gate: Pick<Gate, 'close'>
}

/** How long shipping what waits may take before a backup goes on without. */
export const flushMs = 20_000
const pauseMs = 15_000
/** Copies of spools are held in memory. */
const mostSpoolBytes = 64 * 1024 ** 2

/**
 * Ships what can be shipped, moves nothing more from one store to another until it is disposed, and then copies the spool into `file`. Deliveries are
 * taken in all the time. `stoodStill` is called before the copy is made: what was acknowledged until then is in it or with the stores. A ConfigError says why it can not.
 */
export const standStill = async <T>(
  { spool, shipper, gate }: Movers,
  file: string,
  stoodStill: () => Promise<T>,
): Promise<Disposable & { since: T }> => {
  await shipper.flush(flushMs)
  if (spool.stats().bytes > mostSpoolBytes)
    throw new ConfigError('Too many rows wait on the disk for ClickHouse: make the backup when they are stored.')
  using held = new DisposableStack()
  const paused = await shipper.pause(pauseMs)
  if (paused === null)
    throw new ConfigError('ClickHouse does not take rows now, and a backup needs to know what it has: try again later.')
  held.use(paused)
  held.use(await gate.close(pauseMs))
  const since = await stoodStill()
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await spool.copyTo(file)
  const moved = held.move()
  return { since, [Symbol.dispose]: () => moved.dispose() }
}
