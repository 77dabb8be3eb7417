import { cleanEnvironmentAgain } from '../../erasing/clean-environment.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { fillLeaderboard } from '../../trust/fill-leaderboard.ts'
import type { Job } from './job-runner.ts'

type Databases = { dm: Postgres; public: Postgres }

/** The name of the job that copies the scores of the tier, for whoever runs it when these are new. */
export const trustLeaderboard = 'trust-leaderboard'

/** Copies the trust scores of the tier into the leaderboard of the environment. */
export const trustLeaderboardJob = (databases: Databases): Job => ({
  scope: 'environment',
  name: trustLeaderboard,
  cron: '*/5 * * * *',
  afterStartSeconds: 10,
  description: 'Copies the trust scores of the tier into the leaderboard of this environment.',
  async run(signal) {
    const done = await fillLeaderboard({ databases, signal })
    if (!done) return { idle: 'the tier has not scored any channel yet' }
    const line = `copied ${done.copied} scores and removed ${done.removed}`
    return done.copied + done.removed > 0 ? line : { idle: line }
  },
})

/** Removes what was written of channels while they were deleted. */
export const deletedChannelsJob = (databases: Databases): Job => ({
  scope: 'environment',
  name: 'deleted-channels',
  cron: '13 * * * *',
  description: 'Removes what this environment still has of channels that were deleted in the last two days.',
  async run(signal) {
    const channels = await cleanEnvironmentAgain(databases, signal)
    const line = `looked for ${channels} deleted channels`
    return channels > 0 ? line : { idle: line }
  },
})
