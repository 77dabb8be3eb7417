import type { ModelRows } from '../../prisma/generated/models.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { HappeningKind } from './happening.ts'
import type { QuietHours } from './quiet-hours.ts'
import type { Conditions, Rule } from './rule.ts'

/** A rule with the targets that it tells. */
export type RuleWithTargets = Rule & { targetIds: readonly string[] }

type UncompiledRule = {
  [Field in 'id' | 'name' | 'since' | 'platform' | 'streamerId' | 'windowSeconds']: ModelRows['AlertRule'][Field]
} & { kinds: readonly string[]; channelIds: readonly bigint[] | null; conditions: unknown; quiet: unknown }

const fields = [
  'id',
  'name',
  'since',
  'kinds',
  'channelIds',
  'platform',
  'streamerId',
  'conditions',
  'quiet',
  'windowSeconds',
] as const

type Joined = { targetIds: string[]; claimedIds: string[] | null }

const enabled = statement(
  'alerts_rules_enabled',
  sql`SELECT ${select('AlertRule', fields, 'r')}, ${expressions<Joined>({
    targetIds: 'ARRAY (SELECT t.target_id FROM public.alert_rule_target t WHERE t.rule_id = r.id ORDER BY t.target_id)',
    claimedIds: `CASE WHEN r.streamer_id IS NOT NULL THEN ARRAY (SELECT l.channel_id::text
      FROM public.streamer_channel_link l WHERE l.streamer_id = r.streamer_id) END`,
  })} FROM public.alert_rule r WHERE r.is_enabled ORDER BY r.id`,
)

const narrowedTo = (ids: readonly (bigint | string)[] | null, claimed: readonly string[] | null) => {
  if (claimed === null) return ids === null ? null : new Set(ids.map(BigInt))
  const own = new Set(claimed.map(BigInt))
  return ids === null ? own : own.intersection(new Set(ids.map(BigInt)))
}

/** A rule ready to decide by. `claimedIds` are the channels that its streamer claims now; null where it names none. */
export const compileRule = (row: UncompiledRule, claimedIds: readonly string[] | null): Rule => ({
  id: row.id,
  name: row.name,
  kinds: new Set(row.kinds as HappeningKind[]),
  since: +row.since,
  channelIds: narrowedTo(row.channelIds, claimedIds),
  platform: row.platform,
  conditions: row.conditions as Conditions,
  quiet: row.quiet as QuietHours | null,
  windowMs: row.windowSeconds === null ? null : row.windowSeconds * 1_000,
})

const claimedBy = statement(
  'alerts_claimed_by',
  sql`SELECT ${expressions<{ channelId: string }>({ channelId: 'channel_id::text' })}
   FROM public.streamer_channel_link WHERE streamer_id = $1`,
)

/** The channels that a streamer claims. */
export const readClaimed = async (db: Transaction, streamerId: number): Promise<string[]> =>
  (await db.query(claimedBy, [streamerId])).map(({ channelId }) => channelId)

/** The rules that tell something now. */
export const readEnabledRules = async (db: Transaction): Promise<RuleWithTargets[]> =>
  (await db.query(enabled)).map(({ targetIds, claimedIds, ...row }) => ({
    ...compileRule(row, claimedIds),
    targetIds,
  }))
