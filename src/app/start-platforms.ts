import type { Config } from '../config/config.ts'
import type { Demo } from '../demo/demo.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { MetricSource } from '../lib/metric.ts'
import type { AccountLogin } from '../platforms/account-login.ts'
import { createKickLogin } from '../platforms/kick/account-login.ts'
import { createKickPlatform } from '../platforms/kick/kick-platform.ts'
import { createKickWebhooks } from '../platforms/kick/kick-webhooks.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import { createTwitchPlatform } from '../platforms/twitch/twitch-platform.ts'
import { createTwitchWebhooks } from '../platforms/twitch/twitch-webhooks.ts'
import { webhookSecret } from '../platforms/twitch/webhook-secret.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import { createXPlatform } from '../platforms/x/x-platform.ts'
import { requestRate } from '../settings/request-rate.ts'
import type { Settings } from '../settings/settings.ts'
import { createPlatformMetrics } from './platform-metrics.ts'

export type PlatformsOptions = {
  config: Config
  /** Stands in for Kick where there are no credentials. */
  demo: Demo | undefined
  settings: Settings
  clock: Clock
  log: Log
}

/** The platforms that are set up, by what each of them can do. */
export type Platforms = AsyncDisposable & {
  readonly adapters: ReadonlyMap<PlatformName, Platform>
  readonly webhookSources: readonly WebhookSource[]
  /** How streamers link their accounts; without a login where Kick is not set up. */
  readonly linking: { login: AccountLogin | null; secret: string }
  readonly metrics: readonly MetricSource[]
}

/** Makes the adapters of everything that the configuration has credentials for; nothing is asked before it is needed. */
export const startPlatforms = ({ config, demo, settings, clock, log }: PlatformsOptions): Platforms => {
  const { twitch, x, publicUrl } = config
  const running = new AsyncDisposableStack()
  const { onCall, metrics } = createPlatformMetrics()
  const adapters: Platform[] = []
  const webhookSources: WebhookSource[] = []
  const shared = (name: PlatformName) => ({ requestsPerSecond: requestRate(settings, name), clock, log, onCall })
  const kick = config.kick ?? (demo && { apiUrl: demo.kick.url, idUrl: demo.kick.url, ...demo.kick.credentials })
  if (kick) {
    adapters.push(running.use(createKickPlatform({ ...kick, ...shared('kick') })))
    webhookSources.push(running.use(createKickWebhooks({ apiUrl: kick.apiUrl, clock, log })))
  }
  if (twitch) {
    const secret = webhookSecret(twitch.clientSecret)
    const webhooks = publicUrl && { callbackUrl: `${publicUrl}/webhooks/twitch`, secret }
    adapters.push(running.use(createTwitchPlatform({ ...twitch, ...(webhooks && { webhooks }), ...shared('twitch') })))
    webhookSources.push(createTwitchWebhooks({ secret, clock }))
  }
  if (x) adapters.push(running.use(createXPlatform({ ...x, ...shared('x') })))
  return {
    adapters: new Map(adapters.map((adapter) => [adapter.name, adapter])),
    webhookSources,
    linking: {
      login: kick ? running.use(createKickLogin({ ...kick, clock, log })) : null,
      secret: kick?.clientSecret ?? '',
    },
    metrics,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
