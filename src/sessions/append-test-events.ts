import { jsonRows } from '../lib/json-rows.ts'
import { tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { lockJournal, orderedInstants, statusNotifyChannel } from './apply-status.ts'
import { eventData } from './event-data.ts'
import type { Evidence } from './evidence.ts'
import type { StatusSource } from './status-observation.ts'

/** A test delivery about a channel. */
export type ConnectionTest = {
  channelId: bigint
  source: StatusSource
  /** The id of the delivery: a test is one event, however often its delivery is projected. */
  platformEventId: string
  sentAt: Date
  receivedAt: Date
  evidence: Evidence
}

// The status is read while the journal is locked: whoever told another one before has committed it.
const append = statement(
  'journal_append_tests',
  `WITH told AS MATERIALIZED (SELECT clock_timestamp() AS now),
   appended AS (
     INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, platform_event_id,
       event_timestamp, received_timestamp, processed_timestamp, event_data)
     SELECT c.id, 'connection_test', c.status, c.status, v.source, v."platformEventId", ${orderedInstants('v."sentAt"', 'v."receivedAt"', 'told.now')}, v.data
     FROM json_to_recordset($1) AS v(ordinal integer, "channelId" bigint, source text, "platformEventId" text, "sentAt" timestamptz,
       "receivedAt" timestamptz, data jsonb)
     JOIN ${tableOf('Channel')} c ON c.id = v."channelId", told
     WHERE NOT EXISTS (SELECT FROM dm.status_event e WHERE e.channel_id = v."channelId" AND e.event_type = 'connection_test'
       AND e.platform_event_id = v."platformEventId")
     ORDER BY v.ordinal
     RETURNING id)
   SELECT pg_notify('${statusNotifyChannel}', max(id)::text) FROM appended HAVING count(*) > 0`,
)

/** Adds test deliveries to the journal inside `tx`: events that change nothing. Repeating it adds none. Two statements, none for no tests. */
export const appendTestEvents = async (tx: Transaction, tests: readonly ConnectionTest[]): Promise<void> => {
  if (tests.length === 0) return
  await tx.query(lockJournal)
  const rows = tests.map(({ evidence, ...test }, ordinal) => ({
    ...test,
    ordinal,
    data: eventData({ source: test.source, evidence }),
  }))
  await tx.query(append, [jsonRows(rows)])
}
