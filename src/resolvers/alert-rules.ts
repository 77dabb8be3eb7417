import type { DryRun } from '../alerts/dry-run.ts'
import type { HappeningKind } from '../alerts/happening.ts'
import type { QuietHours } from '../alerts/quiet-hours.ts'
import type { Conditions } from '../alerts/rule.ts'
import type { RuleInput } from '../alerts/rule-input.ts'
import type { RuleChange, StoredRule } from '../alerts/rules.ts'
import type { ShownTarget } from '../alerts/targets.ts'
import { badInput } from '../lib/errors.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { idsOf } from './channel-ids.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

/** A rule as callers write it. */
export type RuleArguments = {
  name: string
  isEnabled?: boolean | null
  kinds: readonly HappeningKind[]
  channels?: readonly string[] | null
  platform?: PlatformName | null
  streamer?: string | null
  conditions?: { [Name in keyof Conditions]?: Conditions[Name] | null } | null
  quiet?: { timezone: string; from: string; until: string; days?: readonly number[] | null } | null
  windowSeconds?: number | null
  targets: readonly string[]
}

export type SaveRuleSuccess = { __typename: 'SaveAlertRuleSuccess'; rule: StoredRule }
export type DeleteRuleSuccess = { __typename: 'DeleteAlertRuleSuccess'; id: string }
/** The rule has another version than the caller expected. */
export type RuleConflict = { __typename: 'AlertRuleConflict'; code: string; message: string; current: StoredRule }

const noRule = () => notFound('There is no rule with this id.')

/** A time of day as minutes after midnight; NaN for another text. */
const minutesOf = (text: string): number => {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes)
}

/** Minutes after midnight as a time of day. */
export const timeOfDay = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')

const quietOf = (quiet: RuleArguments['quiet']): QuietHours | null =>
  quiet
    ? {
        timezone: quiet.timezone,
        from: minutesOf(quiet.from),
        until: minutesOf(quiet.until),
        days: [...(quiet.days ?? [])].sort(),
      }
    : null

const streamerIdOf = (streamer: string): number => Number(requireNode('streamer', 'Streamer', streamer))

/** The rule that arguments mean; BAD_USER_INPUT where an id is none, or a channel is not known. */
const ruleInputOf = async (context: Context, args: RuleArguments): Promise<RuleInput> => {
  return {
    name: args.name,
    isEnabled: args.isEnabled ?? null,
    kinds: args.kinds,
    channelIds: args.channels == null ? null : await idsOf(context, args.channels, 'channels'),
    platform: args.platform ?? null,
    streamerId: args.streamer == null ? null : streamerIdOf(args.streamer),
    conditions: Object.fromEntries(Object.entries(args.conditions ?? {}).filter(([, value]) => value != null)),
    quiet: quietOf(args.quiet),
    windowSeconds: args.windowSeconds ?? null,
    targetIds: args.targets,
  }
}

const answerOf = (change: RuleChange): SaveRuleSuccess | InvalidInput | NotFound | RuleConflict => {
  switch (change.kind) {
    case 'saved':
      return { __typename: 'SaveAlertRuleSuccess', rule: change.rule }
    case 'invalid':
      return invalidInput(change.argument, change.message)
    case 'missing':
      return noRule()
    case 'conflict':
      return {
        __typename: 'AlertRuleConflict',
        code: 'ALERT_RULE_CONFLICT',
        message: `expectedVersion must be ${change.current.version}, the version of the rule now.`,
        current: change.current,
      }
  }
}

/** Makes a rule. */
export const createRule = async (context: Context, { rule }: { rule: RuleArguments }) =>
  answerOf(await context.alerts.rules.create(context, await ruleInputOf(context, rule))) as
    | SaveRuleSuccess
    | InvalidInput

/** Replaces a rule. */
export const updateRule = async (
  context: Context,
  { id, rule, expectedVersion }: { id: string; rule: RuleArguments; expectedVersion?: number | null },
) => answerOf(await context.alerts.rules.update(context, id, await ruleInputOf(context, rule), expectedVersion))

/** Removes a rule. */
export const deleteRule = async (context: Context, { id }: { id: string }): Promise<DeleteRuleSuccess | NotFound> =>
  (await context.alerts.rules.remove(context, id)) ? { __typename: 'DeleteAlertRuleSuccess', id } : noRule()

/** A rule by its id; one statement for all of the operation. */
export const ruleOf = async ({ alerts, loaders }: Context, id: string): Promise<StoredRule | null> => {
  const found = await loaders.load('alert rule', null, id, async (ids) => {
    const rules = await alerts.rules.list(ids)
    return new Map(rules.map((rule) => [rule.id, rule]))
  })
  return found ?? null
}

/** What a rule told lately; undefined where that is nothing. One statement for all of the operation. */
export const toldLately = ({ alerts, loaders }: Context, { id }: Pick<StoredRule, 'id'>) =>
  loaders.load('told lately', null, id, (ids) => alerts.rules.toldLately(ids))

/** Targets by their ids; one statement for all of the operation. */
export const targetsOf = async ({ alerts, loaders }: Context, ids: readonly string[]): Promise<ShownTarget[]> => {
  const found = await Promise.all(
    ids.map((id) =>
      loaders.load('alert target', null, id, async (all) => {
        const targets = await alerts.targets.list(all)
        return new Map(targets.map((target) => [target.id, target]))
      }),
    ),
  )
  return found.filter((target) => target !== undefined)
}

export type DryRunArguments = {
  id?: string | null
  rule?: RuleArguments | null
  range: TimeRange
  timezone: string
  newest: number
}

/** The most of what would have been told that is shown. */
export const maxSamples = 100

/** What a rule, saved or not, would have told. */
export const alertDryRun = async (context: Context, args: DryRunArguments): Promise<DryRun> => {
  const { id, rule, range, timezone, newest } = args
  if ((id == null) === (rule == null)) throw badInput('Give id or rule, and not both.')
  if (newest < 0 || newest > maxSamples) throw badInput(`newest must be from 0 to ${maxSamples}.`)
  const stored = id == null ? null : await ruleOf(context, id)
  if (id != null && !stored) throw badInput('id must be that of a rule.')
  const input = stored
    ? ({ ...stored, kinds: stored.kinds as HappeningKind[] } as unknown as RuleInput)
    : await ruleInputOf(context, rule!)
  const done = await context.alerts.dryRun(input, { from: range.from, to: range.to, timezone, samples: newest })
  if (done.kind === 'invalid') throw badInput(done.message)
  return done.run
}
