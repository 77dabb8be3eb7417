import { sleep } from '../lib/backoff.ts'
import { reasonText } from '../lib/errors.ts'
import { type Log, silentLog } from '../lib/log.ts'
import { isMoveDone } from '../splitting/split-state.ts'
import { isUnavailable } from '../stores/postgres/failure.ts'
import { openPostgres, type Postgres } from '../stores/postgres/postgres.ts'

export type FollowMoveOptions = {
  /** The pool of dm, which leads to its old place. */
  dm: Postgres
  /** The move that is under way. */
  id: string
  /** The URL of the new place. */
  to: string
  log: Log
  everyMs?: number
}

/**
 * Has the pool of dm lead to the new place as soon as the move is done. Whatever failed meanwhile is tried again by whoever tried it, as after
 * any time in which the database did not answer.
 */
export const followMove = ({ dm, id, to, log, everyMs = 250 }: FollowMoveOptions): AsyncDisposable => {
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    await using place = openPostgres({ url: to, log: silentLog, max: 1 })
    for (; !stopping.signal.aborted; await sleep(everyMs, stopping.signal)) {
      try {
        if (!(await isMoveDone(id, dm, place))) continue
        await dm.moveTo(to)
        log.info({}, 'dm has moved to DM_DATABASE_URL, and this node goes on there')
        return
      } catch (error) {
        if (!isUnavailable(error)) log.warn({ err: reasonText(error) }, 'whether dm has moved is not known')
      }
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
