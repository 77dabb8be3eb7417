import { computeTrustScores, type TrustScoresOptions } from '../../trust/compute-trust-scores.ts'
import type { Job } from './job.ts'

/** Keeps the trust scores up to date. */
export const trustScoresJob = (options: Omit<TrustScoresOptions, 'signal'>): Job => ({
  name: 'trust-scores',
  cron: '41 * * * *',
  afterStartSeconds: 30,
  description: 'Scores every channel that broadcast in the last 90 days.',
  async run(signal) {
    const { computed } = await computeTrustScores({ ...options, signal })
    return `judged ${computed} channels`
  },
})
