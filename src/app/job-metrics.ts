import type { ArchiveLag } from '../archive/archive-lag.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { JobRunner, JobStats } from '../workers/jobs/job-runner.ts'

/** The numbers of the jobs and of the archive, under the names people look for. */
export const jobMetrics = (runner: JobRunner, lag: ArchiveLag): MetricSource[] => {
  const perJob = (read: (stats: JobStats) => number | null) => () =>
    Object.entries(runner.stats()).flatMap(([job, stats]) => {
      const value = read(stats)
      return value === null ? [] : [{ labels: { job }, value }]
    })
  return [
    {
      name: 'job_runs_total',
      help: 'Runs of periodic jobs that ended in this process.',
      kind: 'counter',
      labels: ['job', 'result'],
      read: () =>
        Object.entries(runner.stats()).flatMap(([job, { succeeded, failed }]) => [
          { labels: { job, result: 'succeeded' }, value: succeeded },
          { labels: { job, result: 'failed' }, value: failed },
        ]),
    },
    {
      name: 'job_last_success_timestamp_seconds',
      help: 'When a job last succeeded in this process, since the epoch.',
      kind: 'gauge',
      labels: ['job'],
      read: perJob(({ lastSuccessAt }) => lastSuccessAt && lastSuccessAt / 1000),
    },
    {
      name: 'job_last_duration_seconds',
      help: 'How long the last run in this process took.',
      kind: 'gauge',
      labels: ['job'],
      read: perJob(({ lastDurationMs }) => lastDurationMs && lastDurationMs / 1000),
    },
    {
      name: 'job_running',
      help: 'Whether a job is running in this process: 1 or 0.',
      kind: 'gauge',
      labels: ['job'],
      read: perJob(({ running }) => running),
    },
    {
      name: 'chat_archive_lag_seconds',
      help: 'Time since the arrival up to which all chat is archived; about two hours when all is well.',
      kind: 'gauge',
      read: () => {
        const seconds = lag.lagSeconds()
        return seconds === null ? [] : [{ labels: {}, value: seconds }]
      },
    },
    {
      name: 'chat_archive_lag_alarm_seconds',
      help: 'The lag at which to act: retention deletes messages, archived or not.',
      kind: 'gauge',
      read: () => lag.alarmSeconds(),
    },
  ]
}

/** What fails or is behind, one sentence each. */
export const degradedJobs = (runner: JobRunner, lag: ArchiveLag): string[] => {
  const failing = Object.entries(runner.stats()).filter(([, { isFailing }]) => isFailing)
  const seconds = lag.lagSeconds() ?? 0
  return [
    ...failing.map(([name]) => `The job ${name} has failed and will be tried again.`),
    ...(seconds < lag.alarmSeconds() ? [] : [`The chat archive is ${Math.floor(seconds / 3_600)} hours behind.`]),
  ]
}
