import { decimal, onOff, type Setting, wholeNumber } from './setting.ts'

const budget = (platform: string) =>
  decimal({
    min: 0.01,
    max: 10_000,
    category: 'monitoring',
    description: `Requests a second to ${platform} at most, by each process.`,
  })

const watching = (platform: string) =>
  onOff({ category: 'monitoring', description: `Whether channels on ${platform} are polled.` })

const days = (what: string) =>
  wholeNumber({ min: 1, max: 36_500, category: 'database', description: `Days that ${what} are kept.` })

/** The settings that every process honours while it runs, by the keys of their entries. Without an entry the environment decides. */
export const runtimeSettings = {
  'monitoring.poll.interval.seconds': wholeNumber({
    min: 1,
    max: 3_600,
    category: 'monitoring',
    description: 'Seconds between two looks at a live channel.',
  }),
  'monitoring.kick.requests.per.second': budget('Kick'),
  'monitoring.twitch.requests.per.second': budget('Twitch'),
  'monitoring.x.requests.per.second': budget('X'),
  'monitoring.kick.polling': watching('Kick'),
  'monitoring.twitch.polling': watching('Twitch'),
  'monitoring.x.polling': watching('X'),
  'retention.status.events.days': days('status events'),
  'retention.chat.days': days('chat messages'),
  'retention.probes.days': days('viewer samples'),
  'retention.webhooks.days': days('deliveries'),
} satisfies Record<string, Setting<number> | Setting<boolean>>

type Registry = typeof runtimeSettings
export type SettingKey = keyof Registry
/** The value of every setting. */
export type SettingValues = { readonly [K in SettingKey]: Registry[K] extends Setting<infer T> ? T : never }

export const settingKeys = Object.keys(runtimeSettings) as SettingKey[]

/** Below these a key that is no setting is a mistake. */
export const reservedPrefixes = ['monitoring.', 'retention.'] as const

/** The setting with this key; undefined for every other key. */
export const settingOf = (key: string): Setting<number | boolean> | undefined =>
  Object.hasOwn(runtimeSettings, key) ? (runtimeSettings[key as SettingKey] as Setting<number | boolean>) : undefined
