import { UsageError } from '../lib/errors.ts'
import { storeCommand } from './store-command.ts'
import { text } from './values.ts'

/** Runs a periodic job by hand. */
export const jobCommand = storeCommand({
  name: 'job',
  summary: 'run a periodic job now and say what it did',
  arguments: { name: { about: 'the job', value: text('<name>') } },
  options: { list: { about: 'list the periodic jobs instead' } },
  check: ({ name, list }) => ((name === undefined) === list ? undefined : 'job needs <name> or --list, one of them.'),
  async run({ name }, { services: { jobs, runJob }, say, signal, record }) {
    if (name === undefined) {
      const width = Math.max(...jobs.map((job) => job.name.length))
      for (const job of jobs) say(`${job.name.padEnd(width)}  ${job.cron.padEnd(14)}  ${job.description}`)
      return true
    }
    if (!jobs.some((job) => job.name === name))
      throw new UsageError(
        `There is no job ${JSON.stringify(name)}: use one of ${jobs.map((job) => job.name).join(', ')}.`,
      )
    await record()
    const { ok, text } = await runJob(name, signal)
    say(`${name}: ${ok ? '' : 'failed: '}${text}`)
    return ok
  },
})
