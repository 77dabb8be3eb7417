import { ApiError, reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { recordHappenings } from '../../stores/postgres/happenings.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import type { JobScope } from '../job-scope.ts'

/** Records a run that failed at its last try, with its reason where that is a sentence for the outside. */
export const recordFailure = async (
  { db, scope, log }: { db: Postgres; scope: JobScope; log: Log },
  { name }: { name: string },
  error: unknown,
): Promise<void> => {
  const side = scope === 'tier' ? 'dm' : 'public'
  const facts = { job: name, ...(error instanceof ApiError && { reason: error.message }) }
  try {
    await db.transaction((tx) => recordHappenings(tx, side, [{ kind: 'job-failed', channelId: null, at: null, facts }]))
  } catch (failure) {
    log.warn({ err: reasonText(failure), job: name }, 'that a job failed is in the log alone')
  }
}
