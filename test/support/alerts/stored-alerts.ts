import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { adminKey, type TestApi } from '../http/api.ts'

/** A URL at which nobody listens, in a network that the test API allows. */
const nowhere = 'http://127.0.0.1:18999/alerts'

/** Alerts of every kind of row, made by the API: a rule with everything, a target that signs, and a delivery with an attempt. */
export const storeAlerts = async (db: Postgres, api: TestApi, channelId: bigint) => {
  const ask = async (query: string): Promise<string> => {
    const { data, errors } = await api.ask(query, {}, adminKey)
    if (errors) throw new Error(JSON.stringify(errors))
    const { rule, target } = data.result
    return (rule ?? target).id
  }
  const secrets = `{ url: "${nowhere}" }`
  const newTarget = () =>
    ask(`mutation { result: createAlertTarget(name: "a receiver", kind: HTTP, secrets: ${secrets}) {
      ... on KeyAlertTargetSuccess { target { id } } } }`)
  const target = await newTarget()
  const ruleInput = `{ name: "everything", kinds: [WENT_LIVE, VIEWERS_PASSED, TITLE_CHANGED, CATEGORY_CHANGED, TRUST_FELL, JOB_FAILED], channels: ["${channelId}"], targets: ["${target}"],
    quiet: { timezone: "Europe/Berlin", from: "22:00", until: "07:00", days: [5, 6] }, windowSeconds: 60,
    conditions: { viewers: 100, timesUsual: 2, scoreBelow: 50, titleContains: ["x"], categories: ["x"], jobs: ["x"] } }`
  const createRule = (input: string) =>
    ask(`mutation { result: createAlertRule(rule: ${input}) { ... on SaveAlertRuleSuccess { rule { id } } } }`)
  const rule = await createRule(ruleInput)
  const { rows } = await db.pool.query<{ id: bigint }>(
    `INSERT INTO public.alert (rule_id, happening, kind, channel_id, happened_at, recorded_at, message)
     VALUES ($1, 'test:1', 'went-live', $2, now(), now(), '{"text": "somebody is live", "thread": null}') RETURNING id`,
    [rule, channelId],
  )
  const made = await db.pool.query<{ id: bigint }>(
    `INSERT INTO public.alert_delivery (message_id, alert_id, target_id, strand, state, attempts, ended_at)
     VALUES ('dlv_' || md5('test'), $1, $2, $3, 'dead', 1, now()) RETURNING id`,
    [rows[0]!.id, target, channelId],
  )
  await db.pool.query(
    `INSERT INTO public.alert_attempt (delivery_id, number, outcome, status, answer, ms) VALUES ($1, 1, 'refused', 410, 'gone', 5)`,
    [made.rows[0]!.id],
  )
  await db.pool.query(
    `UPDATE public.alert_target SET answered_at = now(), answer_outcome = 'refused', answer_status = 410, answer = 'gone', answer_ms = 5
     WHERE id = $1`,
    [target],
  )
  return {
    rule,
    target,
    secrets,
    ruleInput,
    newTarget,
    newRule: () => createRule('{ name: "to be deleted", kinds: [ENDED], targets: [] }'),
  }
}
