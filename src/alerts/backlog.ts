import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { restoredText } from './hold-restored.ts'

/** What is not delivered, over all nodes. */
export type Backlog = {
  /** Deliveries that wait for targets that are not paused, and how long ago the oldest of them was made, in seconds. */
  waiting: number
  oldestSeconds: number
  /** Deliveries that wait for targets that are paused. */
  held: number
  /** Deliveries that were given up in the last day. */
  dead: number
  pausedTargets: number
  /** Targets that are paused because the system was restored. */
  restoredTargets: number
  /** When, in the last day, alerts went on at the ends of other logs; null where they did not. */
  begunAt: Date | null
}

const read = statement(
  'alerts_backlog',
  sql`SELECT ${expressions<Backlog>({
    waiting: `(SELECT count(*)::integer FROM public.alert_delivery d JOIN public.alert_target t ON t.id = d.target_id
      WHERE d.state = 'waiting' AND t.paused_at IS NULL)`,
    oldestSeconds: `coalesce((SELECT extract(epoch FROM now() - min(d.created_at)) FROM public.alert_delivery d
      JOIN public.alert_target t ON t.id = d.target_id WHERE d.state = 'waiting' AND t.paused_at IS NULL), 0)::float8`,
    held: `(SELECT count(*)::integer FROM public.alert_delivery d JOIN public.alert_target t ON t.id = d.target_id
      WHERE d.state = 'waiting' AND t.paused_at IS NOT NULL)`,
    dead: `(SELECT count(*)::integer FROM public.alert_delivery WHERE state = 'dead' AND ended_at > now() - interval '1 day')`,
    pausedTargets: '(SELECT count(*)::integer FROM public.alert_target WHERE paused_at IS NOT NULL)',
    restoredTargets: '(SELECT count(*)::integer FROM public.alert_target WHERE paused_reason = $1)',
    begunAt: `(SELECT begun_at FROM public.alert_cursor WHERE begun_at > now() - interval '1 day')`,
  })}`,
)

/** An alert that waits for so long does not arrive. */
const lateSeconds = 15 * 60

/** What somebody has to look after, a sentence each. */
export const backlogNotices = ({ held, pausedTargets, restoredTargets, oldestSeconds, begunAt }: Backlog): string[] => [
  ...(begunAt === null
    ? []
    : [
        `Since ${begunAt.toISOString()} alerts follow the logs of another or a restored database: what happened before and was not told by then is not told.`,
      ]),
  ...(restoredTargets === 0
    ? []
    : [
        `This system was restored, so ${restoredTargets === 1 ? 'a target of alerts is' : `${restoredTargets} targets of alerts are`} paused: resume what is to be told here when the system that was backed up tells nothing any more.`,
      ]),
  ...(held > 0
    ? [
        `${held} alerts wait for ${pausedTargets === 1 ? 'a target that is' : `${pausedTargets} targets that are`} paused.`,
      ]
    : []),
  ...(oldestSeconds > lateSeconds ? [`An alert has waited for ${Math.floor(oldestSeconds / 60)} minutes.`] : []),
]

/** Reads what is not delivered; one statement. */
export const readBacklog = async (db: Transaction): Promise<Backlog> => (await db.query(read, [restoredText]))[0]!
