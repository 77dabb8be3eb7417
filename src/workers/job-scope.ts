/** Whose a job is: what a tier does once for all its environments, or what each environment does for itself. */
export type JobScope = 'tier' | 'environment'

/** The schema of the queue, in the database of `dm` and in that of `public`. No other program has these names. */
export const queueSchema: Readonly<Record<JobScope, string>> = { tier: 'dm_jobs', environment: 'public_jobs' }
