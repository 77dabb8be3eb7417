import { randomBytes } from 'node:crypto'
import { CreateAlertRule, CreateAlertTarget } from '../../../admin/generated/alerts.ts'
import type { AlertRuleInput, AlertTargetKind } from '../../../admin/generated/graphql.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { request } from '../http/typed-request.ts'
import { statement } from '../stores/statement.ts'
import { type Panel, panelKeys } from './panel.ts'

type NewTarget = { name: string; kind?: AlertTargetKind; url?: string; settings?: object }

/** Makes a target; returns its id. */
export const addTarget = async (
  { api }: Panel,
  { name, kind = 'HTTP', url, settings = {} }: NewTarget,
): Promise<string> => {
  const secrets = kind === 'EMAIL' ? {} : { url: url ?? 'http://127.0.0.1:18999/alerts' }
  const { createAlertTarget: made } = await request(
    api.url,
    CreateAlertTarget,
    { name, kind, settings, secrets },
    panelKeys.admin,
  )
  if (made.__typename !== 'KeyAlertTargetSuccess') throw new Error(made.message)
  return made.target.id
}

/** Makes a rule; returns its id. */
export const addRule = async ({ api }: Panel, rule: Partial<AlertRuleInput> & { name: string }): Promise<string> => {
  const input = { kinds: ['WENT_LIVE'] as const, targets: [], ...rule }
  const { createAlertRule: made } = await request(api.url, CreateAlertRule, { rule: input }, panelKeys.operator)
  if (made.__typename !== 'SaveAlertRuleSuccess') throw new Error(made.message)
  return made.rule.id
}

const goneLive = statement(
  'test_gone_live',
  `INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, event_timestamp, received_timestamp,
     processed_timestamp, event_data)
   SELECT $1, 'stream_start', 'offline', 'online', 'poll', at, at, at, '{}' FROM unnest($2::timestamptz[]) AS at`,
)

/** Has a channel gone live at these instants, as the journal tells it. */
export const wentLive = async (db: Postgres, channelId: bigint, at: readonly Date[]): Promise<void> => {
  await db.query(goneLive, [channelId, at])
}

export type PastAttempt = {
  outcome: 'delivered' | 'retry' | 'refused'
  status: number | null
  answer: string
  ms: number
}

export type PastDelivery = {
  rule: string
  target: string
  text: string
  channel?: bigint
  kind?: string
  state?: 'waiting' | 'delivered' | 'dead'
  attempts?: readonly PastAttempt[]
  at?: Date
}

const insertAlert = statement(
  'test_past_alert',
  `INSERT INTO public.alert (rule_id, happening, kind, channel_id, happened_at, recorded_at, message, created_at)
   VALUES ($1, 'test:' || gen_random_uuid(), $2, $3, $4, $4, $5, $4) RETURNING id`,
)
const insertDelivery = statement(
  'test_past_delivery',
  `INSERT INTO public.alert_delivery (message_id, alert_id, target_id, strand, state, attempts, created_at, ended_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $5 <> 'waiting' THEN $7::timestamptz END) RETURNING id`,
)
const insertAttempt = statement(
  'test_past_attempt',
  `INSERT INTO public.alert_attempt (delivery_id, number, at, outcome, status, answer, ms) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
)

/** An alert for a target, with what came of it; returns what the target knows it by. */
export const addDelivery = async (db: Postgres, delivery: PastDelivery): Promise<string> => {
  const {
    rule,
    target,
    text,
    channel = null,
    kind = 'went-live',
    state = 'delivered',
    attempts = [],
    at = new Date(),
  } = delivery
  const message = { kind, text, thread: null, rule: { id: rule, name: 'The rule of then' }, facts: { title: text } }
  const [alert] = await db.query<{ id: bigint }>(insertAlert, [rule, kind, channel, at, JSON.stringify(message)])
  const messageId = `dlv_${randomBytes(16).toString('hex')}`
  const [made] = await db.query<{ id: bigint }>(insertDelivery, [
    ...[messageId, alert!.id, target, channel ?? 0n, state, attempts.length, at],
  ])
  for (const [i, { outcome, status, answer, ms }] of attempts.entries())
    await db.query(insertAttempt, [made!.id, i + 1, new Date(+at + i * 5_000), outcome, status, answer, ms])
  return messageId
}

/** An attempt that was taken. */
export const taken: PastAttempt = { outcome: 'delivered', status: 204, answer: '', ms: 35 }
/** An attempt that is made again. */
export const failed: PastAttempt = { outcome: 'retry', status: 503, answer: 'over capacity', ms: 120 }
