import type { ArchiveLag } from '../archive/archive-lag.ts'
import { cacheBriefly } from '../lib/cache-briefly.ts'
import { systemSteady } from '../lib/clock.ts'
import { counter, gauge, type MetricSource, metricsPer } from '../lib/metric.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { waitingSessions } from '../workers/aggregate-sessions.ts'
import type { JobRunner } from '../workers/jobs/job-runner.ts'

/** The numbers of the jobs and of the archive, under the names people look for. */
export const jobMetrics = (db: Postgres, runner: Pick<JobRunner, 'stats'>, lag: ArchiveLag): MetricSource[] => {
  const jobs = metricsPer('job', () => Object.entries(runner.stats()))
  const runs = () =>
    Object.entries(runner.stats()).flatMap(([job, { succeeded, failed }]) => [
      { labels: { job, result: 'succeeded' }, value: succeeded },
      { labels: { job, result: 'failed' }, value: failed },
    ])
  return [
    counter('job_runs_total', 'Runs of periodic jobs that ended in this process.', runs, ['job', 'result']),
    jobs.gauge(
      'job_last_success_timestamp_seconds',
      'When a job last succeeded in this process, since the epoch.',
      ({ lastSuccessAt }) => lastSuccessAt && lastSuccessAt / 1000,
    ),
    jobs.gauge(
      'job_last_duration_seconds',
      'How long the last run in this process took.',
      ({ lastDurationMs }) => lastDurationMs && lastDurationMs / 1000,
    ),
    jobs.gauge('job_running', 'Whether a job is running in this process: 1 or 0.', ({ running }) => running),
    gauge(
      'sessions_unaggregated',
      'Broadcasts that are over and whose aggregates wait to be computed, counted up to 100,000; a minute or two after an end they should be.',
      cacheBriefly(systemSteady, () => waitingSessions(db)),
    ),
    gauge(
      'chat_archive_lag_seconds',
      'Time since the arrival up to which all chat is archived; about two hours when all is well.',
      lag.lagSeconds,
    ),
    gauge(
      'chat_archive_lag_alarm_seconds',
      'The lag at which to act: retention deletes messages, archived or not.',
      lag.alarmSeconds,
    ),
  ]
}

/** That a job fails, as a sentence. */
const failingJob = (name: string): string => `The job ${name} failed and will be retried.`

/** That the archive is behind, as a sentence; null where it is not. */
export const archiveBehind = (lag: ArchiveLag): string | null => {
  const seconds = lag.lagSeconds() ?? 0
  return seconds < lag.alarmSeconds() ? null : `The chat archive is ${Math.floor(seconds / 3_600)} hours behind.`
}

/** What fails or is behind, one sentence each. */
export const degradedJobs = (runner: Pick<JobRunner, 'stats'>, lag: ArchiveLag): string[] => {
  const failing = Object.entries(runner.stats()).filter(([, { isFailing }]) => isFailing)
  const behind = archiveBehind(lag)
  return [...failing.map(([name]) => failingJob(name)), ...(behind === null ? [] : [behind])]
}
