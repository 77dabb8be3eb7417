import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

const readSilences = statement(
  'subscriptions_quiet',
  sql`SELECT ${select('EventTypeWatch', ['platform', 'event', 'expected', 'silent'])},
     ${expressions<{ quietSeconds: number }>({ quietSeconds: 'greatest(0, extract(epoch FROM checked_at - quiet_since))::float8' })}
   FROM dm.event_type_watch ORDER BY platform, event`,
)

/** How silent a type of event, or `everything` of a platform, was at the last reconciliation. */
export type EventSilence = {
  platform: string
  event: string
  /** For how long nothing arrived although several channels were live. */
  quietSeconds: number
  /** Subscriptions that should have delivered something by now, and of these the silent ones. */
  expected: number
  silent: number
}

/** The silence of every type. */
export const eventSilences = (db: Transaction): Promise<EventSilence[]> => db.query(readSilences)
