import { setTimeout as delay } from 'node:timers/promises'
import { failureCode } from '../../../src/stores/postgres/failure.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'

/**
 * Empties tables that others may be reading: `dm.audit_log, public.audit_log` or `dm.streamer_channel CASCADE`. It gives
 * its locks back rather than wait long for one, since a reader of several tables and a TRUNCATE of several can wait for
 * each other.
 */
export const truncate = async (db: Postgres, tables: string): Promise<void> => {
  for (;;) {
    try {
      // One text is one transaction.
      await db.pool.query(`SET LOCAL lock_timeout = '50ms'; TRUNCATE ${tables}`)
      return
    } catch (error) {
      if (failureCode(error) !== '55P03') throw error
      await delay(10)
    }
  }
}
