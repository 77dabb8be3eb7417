import { newUlid } from '../../../src/lib/ids.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

const insertTargets = statement(
  'test_alert_target',
  `INSERT INTO public.alert_target (id, name, kind, settings, updated_by) VALUES ($1, $2, 'http', $3, 'test')`,
)

/** Makes a target that posts to a URL; returns its id. */
export const makeTarget = async (db: Postgres, url: string, name = 'receiver'): Promise<string> => {
  const id = newUlid()
  await db.query(insertTargets, [id, name, JSON.stringify({ url })])
  return id
}

const insertRule = statement(
  'test_alert_rule',
  `INSERT INTO public.alert_rule (id, name, kinds, channel_ids, platform, quiet, window_seconds, conditions, since, updated_by)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, clock_timestamp()), 'test')`,
)
const insertRuleTargets = statement(
  'test_alert_rule_targets',
  'INSERT INTO public.alert_rule_target (rule_id, target_id) SELECT $1, unnest($2::text[])',
)

export type TestRule = {
  name?: string
  kinds: readonly string[]
  channelIds?: readonly bigint[]
  platform?: string
  quiet?: object
  windowSeconds?: number
  conditions?: object
  since?: Date
  targetIds?: readonly string[]
}

/** Makes a rule; returns its id. */
export const makeRule = async (db: Postgres, rule: TestRule): Promise<string> => {
  const id = newUlid()
  const { name = 'test rule', kinds, channelIds, platform, quiet, windowSeconds, conditions = {}, since } = rule
  await db.query(insertRule, [
    ...[id, name, kinds, channelIds ?? null, platform ?? null, quiet ? JSON.stringify(quiet) : null],
    ...[windowSeconds ?? null, JSON.stringify(conditions), since ?? null],
  ])
  await db.query(insertRuleTargets, [id, rule.targetIds ?? []])
  return id
}

const deliveries = statement(
  'test_alert_deliveries',
  `SELECT d.message_id AS "messageId", d.state, d.attempts, d.target_id AS "targetId", a.kind, a.channel_id AS "channelId", a.happening
   FROM public.alert_delivery d JOIN public.alert a ON a.id = d.alert_id ORDER BY d.id`,
)

export type DeliveryRow = {
  messageId: string
  state: string
  attempts: number
  targetId: string
  kind: string
  channelId: bigint | null
  happening: string
}

/** All deliveries in order. */
export const deliveryRows = (db: Postgres): Promise<DeliveryRow[]> => db.query<DeliveryRow>(deliveries)
