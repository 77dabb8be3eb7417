import type { Postgres } from '../../stores/postgres/postgres.ts'
import { pruneScrapeLog, scrapeLogRows } from '../scrape-log.ts'
import type { Job } from './job.ts'

/** Bounds the audit of calls to platforms. */
export const scrapeLogRetentionJob = (db: Postgres): Job => ({
  name: 'scrape-log-retention',
  cron: '*/10 * * * *',
  description: 'Removes the oldest rows of the audit of calls to platforms.',
  async run() {
    await pruneScrapeLog(db)
    return `kept the newest ${scrapeLogRows} calls`
  },
})
