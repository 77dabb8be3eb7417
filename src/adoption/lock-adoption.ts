import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../lib/errors.ts'
import { takeAdvisoryLock } from '../stores/postgres/advisory-lock.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** The keys of the locks, numbers that nothing else uses. */
const lockKey = 1_422_806_133
const settlingKey = 1_422_806_134

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

/** Makes this the only one that settles rows of old writers; null while a command of the adoption, or another process, does. */
export const lockSettling = (db: Postgres): Promise<AsyncDisposable | null> => takeAdvisoryLock(db, settlingKey)

/** Waits until no server settles rows of old writers, and keeps all from it. Released when disposed. */
export const holdSettling = async (db: Postgres, signal: AbortSignal): Promise<AsyncDisposable> => {
  for (;;) {
    const lock = await lockSettling(db)
    if (lock) return lock
    await delay(pauseMs, undefined, { signal })
  }
}
