import type { JobScope } from '../workers/job-scope.ts'
import type { JobRunner } from '../workers/jobs/job-runner.ts'

/** The runners of both scopes as one, for whoever asks for a job by its name. */
export const joinRunners = (
  runners: Readonly<Record<JobScope, JobRunner>>,
  beforeTierJob: (name: string) => Promise<void>,
): Pick<JobRunner, 'jobs' | 'run' | 'stats'> => {
  const { tier, environment } = runners
  const isOf = ({ jobs }: JobRunner, name: string) => jobs.some((job) => job.name === name)
  return {
    jobs: [...tier.jobs, ...environment.jobs],
    async run(name, signal) {
      if (isOf(environment, name)) return environment.run(name, signal)
      await beforeTierJob(name)
      return tier.run(name, signal)
    },
    stats: () => ({ ...tier.stats(), ...environment.stats() }),
  }
}
