import type { Config } from '../config/config.ts'
import type { Demo } from '../demo/demo.ts'
import { simulatedPlatform } from '../demo/simulated-platform.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { AccountLogin } from '../platforms/account-login.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import { requestRate, type Settings } from '../settings/settings.ts'
import { createPlatformMetrics } from './platform-metrics.ts'

export type PlatformsOptions = {
  config: Config
  registry: PlatformRegistry
  /** Stands in for the platform that it simulates where there are no credentials. */
  demo: Demo | undefined
  settings: Settings
  clock: Clock
  log: Log
}

/** The platforms that are set up, by what each of them can do. */
export type Platforms = AsyncDisposable & {
  readonly adapters: ReadonlyMap<PlatformName, Platform>
  readonly webhookSources: readonly WebhookSource[]
  /** How streamers link their accounts. */
  readonly logins: ReadonlyMap<PlatformName, AccountLogin>
  readonly metrics: readonly MetricSource[]
}

/** Makes the adapters of everything that the configuration has credentials for; nothing is asked before it is needed. */
export const startPlatforms = ({ config, registry, demo, settings, clock, log }: PlatformsOptions): Platforms => {
  const running = new AsyncDisposableStack()
  const { onCall, metrics } = createPlatformMetrics()
  const adapters = new Map<PlatformName, Platform>()
  const webhookSources: WebhookSource[] = []
  const logins = new Map<PlatformName, AccountLogin>()
  const simulated = demo && { apiUrl: demo.kick.url, idUrl: demo.kick.url, ...demo.kick.credentials }
  const shared = { clock, log }
  for (const platform of registry) {
    const { name } = platform
    const access = config.platforms.get(name)?.access ?? (name === simulatedPlatform ? simulated : undefined)
    if (!access) continue
    const webhookUrl = config.publicUrl && `${config.publicUrl}/webhooks/${name}`
    const requestsPerSecond = requestRate(settings, name)
    const adapter = platform.createPlatform(access, { ...shared, requestsPerSecond, webhookUrl, onCall })
    adapters.set(name, running.use(adapter))
    const webhooks = platform.createWebhooks?.(access, shared)
    if (webhooks) webhookSources.push(webhooks)
    running.defer(async () => webhooks?.[Symbol.asyncDispose]?.())
    const login = platform.createLogin?.(access, shared)
    if (login) logins.set(name, running.use(login))
  }
  return {
    adapters,
    webhookSources,
    logins,
    metrics,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
