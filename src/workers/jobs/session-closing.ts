import type { Steady } from '../../lib/clock.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { closeStaleSessions } from '../close-stale-sessions.ts'
import type { Job } from './job.ts'

export type SessionClosingOptions = {
  db: Postgres
  steady: Steady
  /** Nothing is closed before, so that the pollers have the time to see again what went on while nobody looked, or while a clock was set. */
  notBefore: () => number
}

/** Ends sessions whose channels nobody looks at any more. */
export const sessionClosingJob = ({ db, steady, notBefore }: SessionClosingOptions): Job => ({
  name: 'session-closing',
  cron: '* * * * *',
  description: 'Ends sessions of channels that have not been looked at for an hour.',
  async run() {
    if (steady() < notBefore()) return 'waits for the pollers to look again'
    return `closed ${await closeStaleSessions(db)} sessions`
  },
})
