import type { Config } from '../config/config.ts'
import type { Demo } from '../demo/demo.ts'
import { simulatedPlatform } from '../demo/simulated-platform.ts'
import type { Clock } from '../lib/clock.ts'
import type { LiveValue } from '../lib/live-value.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { AccountLogin } from '../platforms/account-login.ts'
import type { CallRecord, Platform, PlatformName } from '../platforms/platform.ts'
import type {
  PlatformAccess,
  PlatformConfig,
  PlatformDefinition,
  PlatformRegistry,
} from '../platforms/platform-definition.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import { applySetting } from '../settings/apply-setting.ts'
import type { SettingProblem } from '../settings/list-settings.ts'
import { liveGroup } from '../settings/live-group.ts'
import { requestRate, type Settings } from '../settings/settings.ts'
import { createPlatformMetrics } from './platform-metrics.ts'
import { type Attachment, createPlatformSlot, simulatedAccess } from './platform-slot.ts'

export type PlatformsOptions = {
  config: Config
  registry: PlatformRegistry
  /** Stands in for the platform that it simulates. */
  demo: Demo | undefined
  settings: Settings
  /** Logs the calls of logins and webhooks. */
  onRecord: (call: CallRecord) => void
  clock: Clock
  log: Log
}

/** What this process may send to a platform, what it sent in the last minute, and until when it sends nothing. */
type PlatformBudget = {
  platform: PlatformName
  requestsPerSecond: number
  usedLastMinute: number
  pausedUntil: Date | null
}

/** The platforms, by what each of them can do. Which are set up changes with their credentials. */
export type Platforms = AsyncDisposable & {
  /** Those that are set up now: the map changes with the credentials. */
  readonly adapters: ReadonlyMap<PlatformName, Platform>
  /** Starts something for every platform that is set up, now and later; it ends before the platform does. */
  attach(start: Attachment): AsyncDisposable
  /** Of every platform that delivers, also while it is not set up. */
  readonly webhookSources: readonly WebhookSource[]
  /** How streamers link their accounts; null where the platform is not set up. */
  login(platform: PlatformName): AccountLogin | null
  readonly metrics: readonly MetricSource[]
  /** What may be sent to each platform that is set up, and what is. */
  budgets(): PlatformBudget[]
  /** What is wrong with their credentials. */
  problems(): SettingProblem[]
}

/** The keys of the entries that say who we are at a platform. */
export const credentialKeys = ({ variables: { variables } }: PlatformDefinition): string[] =>
  Object.values(variables).flatMap(({ entry }) => (entry?.category === 'auth' ? [entry.key] : []))

/** Who we are at a platform, as environment and configuration say it now. */
const liveAccess = (
  { variables }: PlatformDefinition,
  { settings, config }: Pick<PlatformsOptions, 'settings' | 'config'>,
) => {
  const reading = liveGroup<PlatformConfig>(variables, settings, config.given)
  return {
    now: (): PlatformAccess | undefined => {
      const now = reading.now()
      return 'value' in now ? now.value.access : undefined
    },
    problems: (): string[] => {
      const now = reading.now()
      return 'problems' in now ? now.problems : []
    },
    onChange: reading.onChange,
  }
}

/** Whether the simulated platform runs, as environment and configuration say it at a start. */
export const runsDemo = ({
  config,
  registry,
  settings,
}: Pick<PlatformsOptions, 'config' | 'registry' | 'settings'>): boolean => {
  if (config.demo !== undefined) return config.demo === 'on'
  const simulated = registry.find(({ name }) => name === simulatedPlatform)
  if (!simulated) return false
  const real = liveAccess(simulated, { config, settings })
  // Who has set a part of the credentials is about to set the rest.
  return real.now() === undefined && real.problems().length === 0
}

/** Makes the parts of every platform while there are credentials for it; nothing is asked before it is needed. */
export const startPlatforms = (options: PlatformsOptions): Platforms => {
  const { config, registry, demo, settings, onRecord, clock, log } = options
  const running = new AsyncDisposableStack()
  const { onCall, metrics, sentLastMinute } = createPlatformMetrics()
  const adapters = new Map<PlatformName, Platform>()
  const slots = registry.map((definition) => {
    const { name, title } = definition
    const real = liveAccess(definition, options)
    const isSimulated = demo !== undefined && name === simulatedPlatform
    let known = isSimulated ? simulatedAccess(demo) : undefined
    const access: LiveValue<PlatformAccess> = {
      now() {
        // Calls that are under way when the credentials vanish end with them.
        if (!isSimulated) known = real.now() ?? known
        return known!
      },
      onChange: real.onChange,
    }
    const slot = running.use(
      createPlatformSlot({
        definition,
        access,
        requestsPerSecond: requestRate(settings, name),
        webhookUrl: config.publicUrl && `${config.publicUrl}/webhooks/${name}`,
        onCall,
        onRecord,
        clock,
        log,
        adapters,
      }),
    )
    const isSetUp = () => isSimulated || real.now() !== undefined
    if (isSetUp()) slot.open()
    running.use(
      applySetting({ settings, of: isSetUp, name: `credentials of ${title}`, log }, async (wanted) => {
        if (wanted === (slot.parts !== null)) return
        log.info({ platform: name }, wanted ? 'the platform is set up' : 'the platform is not set up any more')
        await (wanted ? slot.open() : slot.close())
      }),
    )
    const problems = (): string[] => {
      if (isSimulated)
        return real.now() || real.problems().length > 0
          ? [
              `${title}: the credentials are not used while the simulated ${title} runs; set DEMO=off, with an empty database.`,
            ]
          : []
      const refusal = slot.parts?.adapter.refusal?.()
      return [
        ...real.problems().map((problem) => `${title} is not asked: ${problem}`),
        ...(refusal ? [`${title} refuses the credentials: ${refusal}.`] : []),
      ]
    }
    return { name, slot, problems, keys: credentialKeys(definition) }
  })
  return {
    adapters,
    attach(start) {
      const attached = new AsyncDisposableStack()
      for (const { slot } of slots) attached.use(slot.attach(start))
      return attached
    },
    webhookSources: slots.flatMap(({ slot }) => slot.source ?? []),
    login: (platform) => slots.find(({ name }) => name === platform)?.slot.parts?.login ?? null,
    metrics,
    budgets: () =>
      [...adapters.values()].map(({ name, pausedForMs }) => {
        const pausedMs = pausedForMs?.() ?? null
        return {
          platform: name,
          requestsPerSecond: requestRate(settings, name).now(),
          usedLastMinute: sentLastMinute(name),
          pausedUntil: pausedMs === null ? null : new Date(clock() + pausedMs),
        }
      }),
    problems: () =>
      slots.flatMap(({ keys, problems }) => problems().map((sentence): SettingProblem => ({ keys, sentence }))),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
