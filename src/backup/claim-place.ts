import { hash } from 'node:crypto'
import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import type { Connection } from '../stores/postgres/tables.ts'
import type { Destination } from './destination.ts'

/** Whose backups a place has: an environment has a place of its own, also where several share `dm`. */
const ownerShape = z.object({ system: z.string(), environment: z.string() })
type Owner = z.infer<typeof ownerShape>

/** Is in each place of backups, and in no other. */
const markKey = 'channelscope-backups.json'

/** Who makes the backups of a database that has `dm`. */
export const readOwner = async (dm: Connection, environment: string): Promise<Owner> => {
  const { rows } = await dm.query<{ system: string }>('SELECT system_id::text AS system FROM dm.status_journal')
  return { system: rows[0]!.system, environment }
}

const readMark = (body: Buffer): Owner | undefined => {
  try {
    return ownerShape.parse(JSON.parse(body.toString('utf8')))
  } catch {
    return undefined
  }
}

/**
 * Takes an empty place for the backups of a system, or finds that it has them. A ConfigError where it has anything else: old backups are removed from
 * it, so what is there must be known to be ours.
 */
export const claimPlace = async (destination: Destination, owner: Owner, signal: AbortSignal): Promise<void> => {
  const { objects } = destination
  const mark = await objects.get(markKey, signal)
  if (mark === null) {
    if (!(await destination.holdsOnly(markKey)))
      throw new ConfigError(`${objects.place} is not empty and has no backups of this program: choose an empty place.`)
    const body = Buffer.from(`${JSON.stringify(owner)}\n`)
    return objects.put(markKey, body, hash('sha256', body), signal)
  }
  const found = readMark(mark)
  if (found === undefined) throw new ConfigError(`${markKey} in ${objects.place} is damaged: choose an empty place.`)
  if (found.system !== owner.system || found.environment !== owner.environment)
    throw new ConfigError(
      `${objects.place} has the backups of another system: choose an empty place, or look whether DATA_DIR and DATABASE_URL are those of the system that you mean.`,
    )
}
