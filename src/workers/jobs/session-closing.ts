import type { Clock } from '../../lib/clock.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { closeStaleSessions } from '../close-stale-sessions.ts'
import type { Job } from './job.ts'

export type SessionClosingOptions = {
  db: Postgres
  clock: Clock
  /** Nothing is closed before, so that the pollers have the time to see again what went on while nobody looked. */
  notBefore: number
}

/** Ends sessions whose channels nobody looks at any more. */
export const sessionClosingJob = ({ db, clock, notBefore }: SessionClosingOptions): Job => ({
  name: 'session-closing',
  cron: '* * * * *',
  description: 'Ends sessions of channels that have not been looked at for an hour.',
  async run() {
    if (clock() < notBefore) return 'waits for the pollers to look again after the start'
    return `closed ${await closeStaleSessions(db)} sessions`
  },
})
