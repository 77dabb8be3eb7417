import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import { isUlid, newUlid } from '../lib/ids.ts'
import { violatedConstraint } from '../stores/postgres/failure.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { announce } from './alert-notice.ts'
import { checkRule, type Invalid, type RuleInput } from './rule-input.ts'

/** A rule as it is stored, with its targets. */
export type StoredRule = ModelRows['AlertRule'] & { targetIds: string[] }

/** What a rule told lately: how many alerts in the last seven days, at most `maxToldLately`, and when the last one of all that are kept. */
type ToldLately = { toldLately: number; lastToldAt: Date }

/** What came of changing a rule. */
export type RuleChange =
  | { kind: 'saved'; rule: StoredRule }
  | Invalid
  | { kind: 'missing' }
  /** It is not the version that was to be replaced. */
  | { kind: 'conflict'; current: StoredRule }

/** The rules of an environment; a change is written with its row of the audit log, or not at all. */
export type Rules = {
  /** Those with these ids, or all; by name. */
  list(ids?: readonly string[]): Promise<StoredRule[]>
  /** What each of these rules told lately; one that told nothing is absent. */
  toldLately(ids: readonly string[]): Promise<Map<string, ToldLately>>
  create(author: Author, input: RuleInput): Promise<Exclude<RuleChange, { kind: 'missing' | 'conflict' }>>
  /** Replaces a rule, if it still has the version where one is given. One that is enabled again tells only what happens from then on. */
  update(author: Author, id: string, input: RuleInput, expectedVersion?: number | null): Promise<RuleChange>
  /** Removes a rule with what still waits of it; false where there is none. What it told stays known. */
  remove(author: Author, id: string): Promise<boolean>
}

/** More alerts of a rule are not counted. */
export const maxToldLately = 1_000

/** The most rules of an environment. */
export const maxRules = 200

const shown = sql`${select('AlertRule', undefined, 'r')}, ${expressions<{ targetIds: string[] }>({
  targetIds: 'ARRAY (SELECT t.target_id FROM public.alert_rule_target t WHERE t.rule_id = r.id ORDER BY t.target_id)',
})}`

const all = statement(
  'alert_rules_list',
  sql`SELECT ${shown} FROM public.alert_rule r WHERE $1::text[] IS NULL OR r.id = ANY ($1)
   ORDER BY r.name, r.id LIMIT ${maxRules}`,
)
const lately = statement(
  'alert_rules_lately',
  sql`SELECT ${expressions<{ id: string } & ToldLately>({
    id: 'r.id',
    lastToldAt: 'a.created_at',
    toldLately: `(SELECT count(*)::integer FROM (SELECT FROM public.alert t
       WHERE t.rule_id = r.id AND t.created_at > now() - interval '7 days' LIMIT ${maxToldLately}) one)`,
  })}
   FROM unnest($1::text[]) AS r(id) CROSS JOIN LATERAL (
     SELECT a.created_at FROM public.alert a WHERE a.rule_id = r.id ORDER BY a.created_at DESC LIMIT 1) a`,
)
const lockRule = statement('alert_rule_lock', 'SELECT id FROM public.alert_rule WHERE id = $1 FOR UPDATE')
// Of several that are made at once each counts those before it.
const lockCount = statement('alert_rule_lock_count', `SELECT pg_advisory_xact_lock(hashtext('public.alert_rule'))`)
const insert = statement(
  'alert_rule_insert',
  sql`INSERT INTO public.alert_rule (id, name, is_enabled, kinds, channel_ids, platform, streamer_id, conditions, quiet, window_seconds, updated_by)
   SELECT $1, $2, coalesce($3, true), $4, $5, $6, $7, $8, $9, $10, $11 WHERE (SELECT count(*) FROM public.alert_rule) < ${maxRules}
   RETURNING ${select('AlertRule', ['id'])}`,
)
const update = statement(
  'alert_rule_update',
  `UPDATE public.alert_rule SET name = $2, since = CASE WHEN $3 AND NOT is_enabled THEN clock_timestamp() ELSE since END,
     is_enabled = coalesce($3, is_enabled), kinds = $4, channel_ids = $5, platform = $6, streamer_id = $7, conditions = $8, quiet = $9,
     window_seconds = $10, updated_by = $11, updated_at = now(), version = version + 1
   WHERE id = $1`,
)
const forgetTargets = statement('alert_rule_forget_targets', 'DELETE FROM public.alert_rule_target WHERE rule_id = $1')
const insertTargets = statement(
  'alert_rule_targets',
  'INSERT INTO public.alert_rule_target (rule_id, target_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
)
const forgetWaiting = statement(
  'alert_rule_forget_waiting',
  `DELETE FROM public.alert_delivery d USING public.alert a WHERE a.id = d.alert_id AND a.rule_id = $1 AND d.state = 'waiting'`,
)
const remove = statement('alert_rule_remove', 'DELETE FROM public.alert_rule WHERE id = $1')

const valuesOf = (id: string, input: RuleInput, by: string) => [
  ...[id, input.name.trim(), input.isEnabled, [...new Set(input.kinds)]],
  ...[input.channelIds && [...new Set(input.channelIds)], input.platform, input.streamerId],
  ...[JSON.stringify(input.conditions), input.quiet && JSON.stringify(input.quiet), input.windowSeconds, by],
]

/** What the audit log has of a rule. */
const audited = (rule: StoredRule | undefined): Record<string, unknown> | null => {
  if (rule === undefined) return null
  const { name, isEnabled, kinds, channelIds, platform, streamerId, conditions, quiet, windowSeconds, targetIds } = rule
  const { version } = rule
  const about = { channelIds: channelIds?.map(String) ?? null, platform, streamerId }
  return { version, name, isEnabled, kinds, ...about, conditions, quiet, windowSeconds, targetIds }
}

const invalid = (argument: string, message: string): Invalid => ({ kind: 'invalid', argument, message })

const violations: Readonly<Record<string, Invalid>> = {
  alert_rule_target_target_id_fkey: invalid('targets', 'targets must be ids of targets that there are.'),
  alert_rule_streamer_id_fkey: invalid('streamer', 'streamer must be the id of a streamer that there is.'),
}

/** The result of work, or what was wrong with a rule that refers to something that is not there. */
const orViolation = async <T>(work: () => Promise<T>): Promise<T | Invalid> => {
  try {
    return await work()
  } catch (error) {
    const violation = violations[violatedConstraint(error)]
    if (violation) return violation
    throw error
  }
}

/** The rules in `db`. */
export const createRules = (db: Postgres): Rules => {
  const find = async (tx: Transaction, id: string) => (await tx.query(all, [[id]]))[0]
  const by = ({ identity: { name, subject, role } }: Author) => name ?? subject ?? role

  return {
    list: (ids) => db.query(all, [ids?.filter(isUlid) ?? null]),

    async toldLately(ids) {
      const rows = await db.query(lately, [ids])
      return new Map(rows.map(({ id, ...told }) => [id, told]))
    },

    async create(author, input) {
      const wrong = checkRule(input)
      if (wrong) return wrong
      const id = newUlid()
      return orViolation(() =>
        db.transaction(async (tx) => {
          await tx.query(lockCount)
          const [made] = await tx.query(insert, valuesOf(id, input, by(author)))
          if (!made)
            return invalid('name', `name must be that of a rule that is there: more than ${maxRules} can not be made.`)
          await tx.query(insertTargets, [id, input.targetIds])
          const rule = (await find(tx, id))!
          await recordAction(tx, 'public', author, {
            action: 'alert-rule.create',
            target: `alert-rule:${id}`,
            after: audited(rule),
          })
          return { kind: 'saved', rule } as const
        }),
      )
    },

    async update(author, id, input, expectedVersion) {
      const wrong = checkRule(input)
      if (wrong) return wrong
      if (!isUlid(id)) return { kind: 'missing' }
      return orViolation(() =>
        db.transaction<RuleChange>(async (tx) => {
          await tx.query(lockRule, [id])
          const before = await find(tx, id)
          if (!before) return { kind: 'missing' }
          if (expectedVersion != null && expectedVersion !== before.version)
            return { kind: 'conflict', current: before }
          await tx.query(update, valuesOf(id, input, by(author)))
          await tx.query(forgetTargets, [id])
          await tx.query(insertTargets, [id, input.targetIds])
          const rule = (await find(tx, id))!
          await recordAction(tx, 'public', author, {
            action: 'alert-rule.update',
            target: `alert-rule:${id}`,
            before: audited(before),
            after: audited(rule),
          })
          return { kind: 'saved', rule }
        }),
      )
    },

    remove: async (author, id) =>
      isUlid(id) &&
      db.transaction(async (tx) => {
        await tx.query(lockRule, [id])
        const before = await find(tx, id)
        if (!before) return false
        await tx.query(forgetWaiting, [id])
        await tx.query(remove, [id])
        await recordAction(tx, 'public', author, {
          action: 'alert-rule.delete',
          target: `alert-rule:${id}`,
          before: audited(before),
        })
        await tx.query(announce)
        return true
      }),
  }
}
