import type { Log } from '../lib/log.ts'
import { listenAndPoll } from '../stores/postgres/listen-and-poll.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { alertNotifyChannel } from './alert-notice.ts'
import type { Message } from './message.ts'

/** An alert as it was decided. */
export type ToldAlert = { id: bigint; ruleId: string | null; recordedAt: Date; message: Message }

const pageSize = 200

const next = statement(
  'alerts_tail',
  sql`SELECT ${select('Alert', ['id', 'ruleId', 'recordedAt'])}, ${expressions<{ message: Message }>({ message: 'message' })}
   FROM public.alert WHERE id > $1 ORDER BY id LIMIT ${pageSize}`,
)
const newest = statement(
  'alerts_newest',
  sql`SELECT ${expressions<{ before: bigint }>({ before: 'coalesce(min(id) - 1, (SELECT coalesce(max(id), 0) FROM public.alert))' })}
   FROM (SELECT id FROM public.alert ORDER BY id DESC LIMIT $1) a`,
)

/** Tells alerts in the order in which they are decided, the newest `past` first, until the signal aborts. */
export const tailAlerts = async (
  { db, log, signal, past }: { db: Postgres; log: Log; signal: AbortSignal; past: number },
  tell: (alert: ToldAlert) => void,
): Promise<void> => {
  if (signal.aborted) return
  let last = (await db.query(newest, [past]))[0]!.before
  await using _following = listenAndPoll({
    ...{ db, what: 'alerts of a tail', channels: [alertNotifyChannel], pollMs: 2_000, log },
    async poll({ query }) {
      for (let page: ToldAlert[] | undefined; !signal.aborted && page?.length !== 0; ) {
        page = await query(next, [last])
        for (const alert of page) tell(alert)
        last = page.at(-1)?.id ?? last
      }
    },
  })
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (!signal.aborted) await ended
}
