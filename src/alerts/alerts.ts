import { type Author, recordAction } from '../audit/record-action.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { Clock } from '../lib/clock.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { newUlid } from '../lib/ids.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Outcome, TargetKind } from '../targets/target.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import type { PageUrl } from './describe.ts'
import { type DryRun, dryRun } from './dry-run.ts'
import type { OpenRow } from './opened-targets.ts'
import { checkRule, type Invalid, type RuleInput } from './rule-input.ts'
import { compileRule, readClaimed } from './rule-store.ts'
import { createRules, type Rules } from './rules.ts'
import { createSecretBox } from './target-secrets.ts'
import type { TargetTools } from './target-tools.ts'
import { createTargets, type Targets } from './targets.ts'

/** What is asked of the past. */
type DryRunRequest = {
  from: Date
  to: Date
  timezone?: string | undefined
  samples?: number | undefined
  signal?: AbortSignal | undefined
}

/** The alerts of an environment, for whoever administers them. */
export type Alerts = {
  rules: Rules
  targets: Targets
  deliveries: Deliveries
  /** What a rule would have told. */
  dryRun(rule: RuleInput, request: DryRunRequest): Promise<{ kind: 'done'; run: DryRun } | Invalid>
  /** Sends a test message at once, also where the target is paused; null where there is no such target. */
  test(author: Author, targetId: string, signal: AbortSignal): Promise<Outcome | null>
  /** Opens a target as it is stored. */
  openTarget: OpenRow
}

export type AlertsOptions = {
  databases: { dm: Postgres; public: Postgres }
  ring: KeyRing
  environment: EnvironmentName
  tools: TargetTools
  pageUrl: PageUrl
  clock: Clock
}

/** The longest past that is tried. */
const longestDryRunMs = 400 * 86_400_000

const invalid = (argument: string, message: string): Invalid => ({ kind: 'invalid', argument, message })

/** Opens the administration of alerts; nothing runs by itself. */
export const createAlerts = (options: AlertsOptions): Alerts => {
  const { databases, ring, environment, tools, pageUrl, clock } = options
  const { public: db } = databases
  const box = createSecretBox(ring, environment)
  const targets = createTargets(db, box, tools)
  return {
    rules: createRules(db),
    targets,
    deliveries: createDeliveries(db),

    async dryRun(input, { from, to, timezone, samples, signal }) {
      const wrong = checkRule(input)
      if (wrong) return wrong
      if (!(from < to) || +to - +from > longestDryRunMs)
        return invalid('range', 'range must end after it begins, and be at most 400 days long.')
      const claimed = input.streamerId === null ? null : await readClaimed(db, input.streamerId)
      const rule = compileRule({ ...input, id: '', since: new Date(0) }, claimed)
      const run = await dryRun({
        ...{ databases, rule, from, to, pageUrl },
        ...(timezone !== undefined && { timezone }),
        ...(samples !== undefined && { samples }),
        ...(signal && { signal }),
      })
      return { kind: 'done', run }
    },

    async test(author, targetId, signal) {
      const found = await targets.read(targetId)
      if (!found) return null
      const { kind, name, settings, secrets } = found
      await using target = tools.open(kind, settings, secrets)
      const outcome = await target.send(
        {
          ...{ id: `test_${newUlid()}`, kind: 'went-live', at: new Date(clock()).toISOString() },
          ...{ rule: { id: '', name: 'Test' }, channel: null, facts: {}, thread: null, isTest: true },
          text: `This is a test of ${name}: alerts arrive here`,
        },
        { threadState: null, signal },
      )
      const { status, ms } = outcome
      await recordAction(db, 'public', author, {
        action: 'alert-target.test',
        target: `alert-target:${targetId}`,
        after: { name, outcome: outcome.kind, status, ms: Math.round(ms) },
      })
      return outcome
    },

    openTarget: ({ id, kind, settings, secrets }) => tools.open(kind as TargetKind, settings, box.open(id, secrets)),
  }
}
