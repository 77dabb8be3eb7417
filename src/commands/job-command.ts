import { ConfigError } from '../lib/errors.ts'
import type { Command } from './command.ts'

const usage = ['job --list       list the periodic jobs', 'job <name>       run one now and say what it did']

/** Runs a periodic job by hand. */
export const jobCommand: Command = {
  name: 'job',
  usage,
  changes: (args, { jobs }) => args.length === 1 && jobs.some((job) => job.name === args[0]),
  async run(args, { jobs, runJob }, say, signal) {
    const [name, ...others] = args
    if (name === undefined || others.length > 0) throw new ConfigError(`Usage: channelscope job <name> | --list.`)
    if (name === '--list') {
      const width = Math.max(...jobs.map((job) => job.name.length))
      for (const job of jobs) say(`${job.name.padEnd(width)}  ${job.cron.padEnd(14)}  ${job.description}`)
      return true
    }
    if (!jobs.some((job) => job.name === name))
      throw new ConfigError(
        `There is no job ${JSON.stringify(name)}: use one of ${jobs.map((job) => job.name).join(', ')}.`,
      )
    const { ok, text } = await runJob(name, signal)
    say(`${name}: ${ok ? '' : 'failed: '}${text}`)
    return ok
  },
}
