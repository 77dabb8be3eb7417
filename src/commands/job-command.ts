import { storeCommand } from './store-command.ts'
import { text } from './values.ts'

/** The names of all periodic jobs, so that another name is refused before any store is opened. */
const jobNames = [
  'chat-export',
  'trust-scores',
  'event-subscriptions',
  'session-closing',
  'status-event-retention',
  'webhook-id-retention',
  'history-retention',
  'scrape-log-retention',
] as const

/** The name of a periodic job. */
export type JobName = (typeof jobNames)[number]

const unknownJob = (name: string): string =>
  `There is no job ${JSON.stringify(name)}: use one of ${jobNames.join(', ')}.`

/** Runs a periodic job by hand. */
export const jobCommand = storeCommand({
  name: 'job',
  summary: 'run a periodic job now and say what it did',
  arguments: { name: { about: 'the job', value: text('<name>') } },
  options: { list: { about: 'list the periodic jobs instead' } },
  check: ({ name, list }) => {
    if ((name === undefined) !== list) return 'job needs <name> or --list, one of them.'
    return name === undefined || jobNames.some((known) => known === name) ? undefined : unknownJob(String(name))
  },
  async run({ name }, { services: { jobs, runJob }, say, signal, record }) {
    if (name === undefined) {
      const width = Math.max(...jobs.map((job) => job.name.length))
      for (const job of jobs) say(`${job.name.padEnd(width)}  ${job.cron.padEnd(14)}  ${job.description}`)
      return true
    }
    await record()
    const { ok, text } = await runJob(name, signal)
    say(`${name}: ${ok ? '' : 'failed: '}${text}`)
    return ok
  },
})
