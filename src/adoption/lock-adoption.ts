import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../lib/errors.ts'
import { takeAdvisoryLock } from '../stores/postgres/advisory-lock.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** The key of the lock, a number that nothing else uses. */
const lockKey = 1_422_806_133

/** A server notices within this time that a process was killed. */
const tries = 8
const pauseMs = 250

/** Makes this the only command that changes anything of an adoption; a ConfigError where another one does. Released when disposed. */
export const lockAdoption = async (db: Postgres): Promise<AsyncDisposable> => {
  for (let n = 0; n < tries; n++) {
    const lock = await takeAdvisoryLock(db, lockKey)
    if (lock) return lock
    await delay(pauseMs)
  }
  throw new ConfigError(
    'Another adopt command is running on this database: wait for it to end, then run this one again.',
  )
}
