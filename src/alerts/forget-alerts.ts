import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** Days for which an alert is kept after all of its deliveries have ended, and what targets keep of a broadcast after its last alert. */
export const alertDays = 30

/** Alerts that wait for a target that nobody has resumed for so long are given up with it. */
const heldDays = 90

const removeAlerts = statement(
  'alerts_remove_old',
  `DELETE FROM public.alert WHERE id IN (
     SELECT a.id FROM public.alert a
     WHERE a.created_at < now() - make_interval(days => $1) AND (a.created_at < now() - make_interval(days => $2)
       OR NOT EXISTS (SELECT FROM public.alert_delivery d WHERE d.alert_id = a.id AND d.state = 'waiting'))
     ORDER BY a.created_at LIMIT $3)
   RETURNING 1`,
)
const removeThreads = statement(
  'alert_threads_remove_old',
  `DELETE FROM public.alert_thread WHERE (target_id, thread) IN (
     SELECT target_id, thread FROM public.alert_thread WHERE updated_at < now() - make_interval(days => $1)
     ORDER BY updated_at LIMIT $2)
   RETURNING 1`,
)
const removeStates = statement(
  'alert_states_remove_old',
  `DELETE FROM public.alert_state s USING public.alert_rule r WHERE r.id = s.rule_id
     AND s.told_at < now() - make_interval(secs => coalesce(r.window_seconds, 0)) - interval '1 day'`,
)

/** Forgets at most `limit` old alerts with their deliveries; returns how many. */
export const forgetAlerts = async (db: Transaction, limit: number): Promise<number> =>
  (await db.query(removeAlerts, [alertDays, heldDays, limit])).length

/** Forgets at most `limit` old things that targets keep; returns how many. */
export const forgetThreads = async (db: Transaction, limit: number): Promise<number> =>
  (await db.query(removeThreads, [alertDays, limit])).length

/** Forgets what no window needs any more. */
export const forgetStates = async (db: Transaction): Promise<void> => {
  await db.query(removeStates)
}

const removeOf = (side: 'dm' | 'public') =>
  statement(
    `happenings_remove_old_${side}`,
    `DELETE FROM ${side}.happening WHERE id IN (
       SELECT id FROM ${side}.happening WHERE recorded_at < now() - make_interval(days => $1) ORDER BY recorded_at LIMIT $2)
     RETURNING 1`,
  )
const remove = { dm: removeOf('dm'), public: removeOf('public') }

/** Forgets at most `limit` happenings that are older than so many days; returns how many. */
export const forgetHappenings = async (
  db: Transaction,
  side: 'dm' | 'public',
  days: number,
  limit: number,
): Promise<number> => (await db.query(remove[side], [days, limit])).length
