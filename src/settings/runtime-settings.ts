import type { Config } from '../config/config.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import type { Category } from './configuration-key.ts'

/** A setting of the running system: which texts are allowed, and what they mean. */
type Setting<T> = {
  readonly category: Category
  /** One sentence. */
  readonly description: string
  /** What is allowed, as the end of a sentence. */
  readonly allowed: string
  /** The value without an entry. */
  readonly fallback: T
  /** The value of a text; undefined when it is not allowed. */
  parse(text: string): T | undefined
  print(value: T): string
}

type About<T> = { fallback: T; category: Category; description: string }
type Range = About<number> & { min: number; max: number }

const within = ({ min, max }: Range, value: number): number | undefined =>
  value >= min && value <= max ? value : undefined

/** A whole number of a range. */
const wholeNumber = (range: Range): Setting<number> => ({
  ...range,
  allowed: `a whole number from ${range.min} to ${range.max}`,
  parse: (text) => (/^\d{1,9}$/.test(text) ? within(range, Number(text)) : undefined),
  print: String,
})

/** A number of a range, which may have a fraction. */
const decimal = (range: Range): Setting<number> => ({
  ...range,
  allowed: `a number from ${range.min} to ${range.max}`,
  parse: (text) => (/^\d{1,9}(\.\d{1,9})?$/.test(text) ? within(range, Number(text)) : undefined),
  print: String,
})

/** A switch. */
const onOff = (about: About<boolean>): Setting<boolean> => ({
  ...about,
  allowed: 'on or off',
  parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  print: (value) => (value ? 'on' : 'off'),
})

/** The value of every setting. */
export type SettingValues = {
  readonly [K in 'monitoring.poll.interval.seconds' | `monitoring.${PlatformName}.requests.per.second`]: number
} & { readonly [K in `monitoring.${PlatformName}.polling`]: boolean } & {
  readonly [K in `retention.${'status.events' | 'chat' | 'probes' | 'webhooks'}.days`]: number
}
export type SettingKey = keyof SettingValues

/** The settings that every process honours while it runs, by the keys of their entries. */
export type RuntimeSettings = ReadonlyMap<string, Setting<number | boolean>>

/** A key below these prefixes must be a setting. */
export const reservedPrefixes = ['monitoring.', 'retention.'] as const

const rateOf = (platform: string, fallback: number) =>
  decimal({
    min: 0.01,
    max: 10_000,
    fallback,
    category: 'monitoring',
    description: `Requests a second to ${platform} at most, by each process.`,
  })

const pollingOf = (platform: string) =>
  onOff({ fallback: true, category: 'monitoring', description: `Whether channels on ${platform} are polled.` })

const days = (what: string, fallback: number) =>
  wholeNumber({ min: 1, max: 36_500, fallback, category: 'database', description: `Days that ${what} are kept.` })

/** The settings of a process with these platforms. Without an entry the environment decides. */
export const runtimeSettings = (config: Config, registry: PlatformRegistry): RuntimeSettings => {
  const { platforms, pollIntervalSeconds, retentionDays } = config
  return new Map<SettingKey, Setting<number> | Setting<boolean>>([
    [
      'monitoring.poll.interval.seconds',
      wholeNumber({
        min: 1,
        max: 3_600,
        fallback: pollIntervalSeconds,
        category: 'monitoring',
        description: 'Seconds between two looks at a live channel.',
      }),
    ],
    ...registry.map(
      ({ name, title }) =>
        [`monitoring.${name}.requests.per.second`, rateOf(title, platforms.get(name)!.requestsPerSecond)] as const,
    ),
    ...registry.map(({ name, title }) => [`monitoring.${name}.polling`, pollingOf(title)] as const),
    ['retention.status.events.days', days('status events', retentionDays.statusEvents)],
    ['retention.chat.days', days('chat messages', retentionDays.chat)],
    ['retention.probes.days', days('viewer samples', retentionDays.probes)],
    ['retention.webhooks.days', days('deliveries', retentionDays.webhooks)],
  ])
}
