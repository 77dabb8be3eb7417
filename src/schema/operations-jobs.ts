import type { OperationsJob } from '../resolvers/operations-parts.ts'
import type { JobRunSeen } from '../resolvers/operations-source.ts'
import { builder } from './builder.ts'

const operator = { authScopes: { operator: true } } as const

const JobOutcomeEnum = builder.enumType('JobOutcome', {
  values: {
    SUCCEEDED: { value: 'succeeded', description: 'It did its work.' },
    FAILED: { value: 'failed', description: 'It failed, or was given up.' },
  } as const,
})

const JobRunType = builder.objectRef<JobRunSeen>('JobRun').implement({
  description: 'A run of a job that has ended, on whatever node.',
  ...operator,
  fields: (t) => ({
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Null where it failed and waits to be tried again.',
    }),
    outcome: t.field({
      type: JobOutcomeEnum,
      resolve: ({ state }) => (state === 'succeeded' ? 'succeeded' : 'failed'),
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: 'What it did, or why it failed. Null where it did not say.',
    }),
  }),
})

/** A periodic job, with its runs on all nodes. */
export const JobType = builder.objectRef<OperationsJob>('OperationsJob').implement({
  description: 'Periodic work. It runs once in the cluster, on whatever node runs jobs.',
  ...operator,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What runJob takes.' }),
    description: t.exposeString('description', { description: 'What it does, one sentence.' }),
    cron: t.exposeString('cron', { description: 'When it is due: five cron fields, in UTC.' }),
    nextRunAt: t.expose('nextRunAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is due next; null where that is more than five years away.',
    }),
    isRunning: t.exposeBoolean('isRunning', {
      nullable: true,
      description: 'Whether a run is under way. Null while the database does not answer.',
    }),
    runningSince: t.expose('runningSince', {
      type: 'DateTime',
      nullable: true,
      description: 'When the run began that is under way; null where none is.',
    }),
    lastRun: t.expose('lastRun', {
      type: JobRunType,
      nullable: true,
      description:
        'The latest run that ended. Null where there was none in the last three days, and while the database does not answer.',
    }),
  }),
})
