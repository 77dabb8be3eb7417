import { createHash } from 'node:crypto'
import { jsonRows } from '../lib/json-rows.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { RuleState } from './decide.ts'
import { type Happening, topicOf } from './happening.ts'
import type { Message } from './message.ts'
import type { Rule } from './rule.ts'

/** An alert that is to be written, for its targets. */
export type NewAlert = {
  ruleId: string
  happeningId: string
  happening: Happening
  message: Message
  targetIds: readonly string[]
}

/** What targets know a delivery by: it follows from rule, happening and target, so it is the same whoever makes it, and when. */
const messageIdOf = (ruleId: string, happeningId: string, targetId: string): string => {
  const hash = createHash('sha256').update(JSON.stringify([ruleId, happeningId, targetId]))
  return `dlv_${hash.digest('hex').slice(0, 32)}`
}

// A target that was deleted meanwhile gets nothing. A rule that was makes the statement fail: then it is decided again.
const write = statement(
  'alerts_write',
  sql`WITH alerts AS (
     INSERT INTO public.alert (rule_id, happening, kind, channel_id, happened_at, recorded_at, message)
     SELECT v."ruleId", v.happening, v.kind, v."channelId", v.at, v."recordedAt", v.message
     FROM json_to_recordset($1) AS v(ordinal integer, "ruleId" text, happening text, kind text, "channelId" bigint, at timestamptz,
       "recordedAt" timestamptz, message jsonb)
     ORDER BY v.ordinal
     ON CONFLICT (rule_id, happening) DO NOTHING
     RETURNING id, rule_id, happening, channel_id),
   deliveries AS (
     INSERT INTO public.alert_delivery (message_id, alert_id, target_id, strand)
     SELECT v."messageId", a.id, v."targetId", coalesce(a.channel_id, 0)
     FROM json_to_recordset($2) AS v(ordinal integer, "ruleId" text, happening text, "targetId" text, "messageId" text)
     JOIN alerts a ON a.rule_id = v."ruleId" AND a.happening = v.happening
     JOIN public.alert_target t ON t.id = v."targetId"
     ORDER BY v.ordinal
     ON CONFLICT (message_id) DO NOTHING
     RETURNING 1)
   SELECT ${expressions<{ alerts: number; deliveries: number }>({
     alerts: '(SELECT count(*)::integer FROM alerts)',
     deliveries: '(SELECT count(*)::integer FROM deliveries)',
   })}`,
)

/** Writes alerts and their deliveries in order; those that there are already stay as they are. */
export const writeAlerts = async (
  tx: Transaction,
  alerts: readonly NewAlert[],
): Promise<{ alerts: number; deliveries: number }> => {
  if (alerts.length === 0) return { alerts: 0, deliveries: 0 }
  const rows = alerts.map(({ ruleId, happeningId, happening, message }, ordinal) => ({
    ...{ ordinal, ruleId, happening: happeningId, kind: happening.kind, channelId: happening.channelId, message },
    ...{ at: new Date(happening.at), recordedAt: new Date(happening.recordedAt) },
  }))
  const deliveries = alerts.flatMap(({ ruleId, happeningId, targetIds }) =>
    targetIds.map((targetId) => ({
      ...{ ruleId, happening: happeningId, targetId },
      messageId: messageIdOf(ruleId, happeningId, targetId),
    })),
  )
  const values = [jsonRows(rows), jsonRows(deliveries.map((one, ordinal) => ({ ordinal, ...one })))]
  return (await tx.query(write, values))[0]!
}

/** What a state is of: a rule, a channel, 0 for none, and a topic. */
export type StateKey = { ruleId: string; channelId: bigint; topic: string }

/** What a rule remembers a happening by. */
export const stateKeyOf = ({ id }: Pick<Rule, 'id'>, happening: Happening): StateKey => ({
  ruleId: id,
  channelId: happening.channelId ?? 0n,
  topic: topicOf(happening),
})

const readOf = statement(
  'alerts_states_read',
  sql`SELECT ${select('AlertState', undefined, 's')} FROM public.alert_state s
   JOIN json_to_recordset($1) AS v("ruleId" text, "channelId" bigint, topic text)
     ON s.rule_id = v."ruleId" AND s.channel_id = v."channelId" AND s.topic = v.topic`,
)

const writeOf = statement(
  'alerts_states_write',
  `INSERT INTO public.alert_state (rule_id, channel_id, topic, told_at)
   SELECT v."ruleId", v."channelId", v.topic, v."toldAt"
   FROM json_to_recordset($1) AS v("ruleId" text, "channelId" bigint, topic text, "toldAt" timestamptz)
   ON CONFLICT (rule_id, channel_id, topic) DO UPDATE SET told_at = EXCLUDED.told_at`,
)

const nameOf = ({ ruleId, channelId, topic }: StateKey): string => `${ruleId} ${channelId} ${topic}`

/** The states of rules while happenings are decided on, one after another. */
export type States = {
  of(key: StateKey): RuleState
  set(key: StateKey, state: RuleState): void
  /** Those that were set. */
  changed(): (StateKey & { toldAt: Date })[]
}

/** States of a run that begins with these. */
export const createStates = (stored: readonly (StateKey & { toldAt: Date })[] = []): States => {
  const states = new Map<string, RuleState>(stored.map((row) => [nameOf(row), +row.toldAt]))
  const set = new Map<string, StateKey & { toldAt: Date }>()
  return {
    of: (key) => states.get(nameOf(key)) ?? null,
    set(key, state) {
      states.set(nameOf(key), state)
      if (state !== null) set.set(nameOf(key), { ...key, toldAt: new Date(state) })
    },
    changed: () => [...set.values()],
  }
}

/** Reads the states of these keys. */
export const readStates = async (tx: Transaction, keys: readonly StateKey[]): Promise<States> =>
  createStates(keys.length === 0 ? [] : await tx.query(readOf, [jsonRows(keys)]))

/** Writes what was set. */
export const writeStates = async (tx: Transaction, states: States): Promise<void> => {
  const changed = states.changed()
  if (changed.length > 0) await tx.query(writeOf, [jsonRows(changed)])
}
