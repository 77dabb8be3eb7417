import type { OperationsSource } from '../../../src/resolvers/operations-source.ts'

const minuteMs = 60_000

/** A system of two nodes in which all is well, without any store behind it, and of which every field has something to tell. */
export const calmOperations = (clock: () => number): OperationsSource => {
  const at = (agoMs: number): Date => new Date(clock() - agoMs)
  const platform = 'kick'
  return {
    stores: async () => [{ part: 'postgres', sentence: null, latencyMs: 1 }],
    pollingSettings: () => ({ intervalSeconds: 60, allowedSeconds: 210, platforms: [{ platform, isOn: true }] }),
    polling: async () => [
      {
        platform,
        watched: 2,
        due: 1,
        probedLastMinute: 1,
        failing: 0,
        oldestDueAt: at(1_000),
        latenessSeconds: 1,
        lastProbedAt: at(5_000),
      },
    ],
    thisNode: () => ({
      name: 'this',
      version: '1.0.0',
      startedAt: at(minuteMs),
      workers: ['poller', 'jobs'],
      spool: {
        bytes: 100,
        maxBytes: 1_000,
        deadLetters: 0,
        tables: [
          {
            target: 'kick_streamer_probe',
            rows: 1,
            bytes: 100,
            oldestAt: at(1_000),
            shippedRows: 5,
            lastShippedAt: at(2_000),
            failures: 0,
            lastFailedAt: null,
          },
        ],
      },
    }),
    nodes: async () => [{ node: 'other', seenAt: at(1_000), waitingSince: null }],
    jobs: [
      { name: 'trust-scores', description: 'Computes trust scores.', cron: '41 * * * *' },
      { name: 'failing', description: 'Fails when it is run by hand.', cron: '41 * * * *' },
    ],
    jobRuns: async () => {
      const run = { state: 'succeeded', startedAt: at(minuteMs), finishedAt: at(minuteMs), text: '1 score' } as const
      return [
        { ...run, job: 'trust-scores' },
        { ...run, job: 'failing' },
      ]
    },
    runJob: async (name) => ({ ok: name !== 'failing' }),
    budgets: () => [{ platform, requestsPerSecond: 1, usedLastMinute: 3, pausedUntil: null }],
    losses: () => [
      {
        source: 'spool',
        target: 'kick_streamer_probe',
        name: 'a file',
        from: at(2 * minuteMs),
        to: at(minuteMs),
        rows: 1,
        setAside: null,
        acceptedAt: at(minuteMs),
        foundAt: at(minuteMs),
        sentence: 'A spool lost 1 row.',
      },
    ],
    archive: () => ({ lagSeconds: 7_200, alarmSeconds: 86_400 }),
    notices: () => [],
    degraded: () => [],
    archives: { verify: async () => ({ objects: 1, rows: 7, bytes: 4_000, problems: [] }) },
  }
}
