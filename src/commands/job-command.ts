import { z } from 'zod'
import { readTierWorker } from '../stores/postgres/environments.ts'
import { storeCommand } from './store-command.ts'
import { text } from './values.ts'

/** The names of all periodic jobs, so that another name is refused before any store is opened. */
const jobNames = [
  'chat-export',
  'trust-scores',
  'event-subscriptions',
  'session-closing',
  'session-aggregates',
  'status-event-retention',
  'webhook-id-retention',
  'history-retention',
  'scrape-log-retention',
  'trust-leaderboard',
  'deleted-channels',
  'legacy-settling',
  'happening-retention',
  'alert-retention',
] as const

/** The name of a periodic job. */
export type JobName = (typeof jobNames)[number]

const unknownJob = (name: string): string =>
  `There is no job ${JSON.stringify(name)}: use one of ${jobNames.join(', ')}.`

/** Runs a periodic job by hand. */
export const jobCommand = storeCommand({
  name: 'job',
  summary: 'run a periodic job now and say what it did',
  arguments: { name: { about: 'the job', value: { ...text('<name>'), words: jobNames } } },
  options: { list: { about: 'list the periodic jobs instead' } },
  check: ({ name, list }) => {
    if ((name === undefined) !== list) return 'job needs <name> or --list, one of them.'
    return name === undefined || jobNames.some((known) => known === name) ? undefined : unknownJob(String(name))
  },
  examples: [
    { call: 'job --list', about: 'which jobs there are, and when they run' },
    { call: 'job trust-scores', about: 'compute the trust scores now' },
  ],
  result: z.union([
    z
      .object({
        name: z.string().describe('the job'),
        cron: z.string().describe('when it runs, five fields in UTC'),
        description: z.string().describe('what it does'),
        environment: z.string().describe('where it runs: work of the tier is done by one environment'),
      })
      .describe('with --list, for each job'),
    z
      .object({
        name: z.string().describe('the job'),
        ok: z.boolean().describe('whether it did its work'),
        text: z.string().describe('what it did, or why it failed'),
      })
      .describe('for a job that has ended'),
  ]),
  async run({ name }, { services: { jobs, runJob, db, environment }, tell, signal, record }) {
    if (name === undefined) {
      const width = Math.max(...jobs.map((job) => job.name.length))
      const own = environment.name
      const worker = (await readTierWorker(db)) ?? own
      for (const { name, cron, description, scope } of jobs) {
        const where = scope === 'tier' ? worker : own
        const mark = where === own ? '' : ` (work of the tier: done in ${where})`
        tell(
          { name, cron, description, environment: where },
          `${name.padEnd(width)}  ${cron.padEnd(14)}  ${description}${mark}`,
        )
      }
      return true
    }
    await record()
    const { ok, text } = await runJob(name, signal)
    tell({ name, ok, text }, `${name}: ${ok ? '' : 'failed: '}${text}`)
    return ok
  },
})
