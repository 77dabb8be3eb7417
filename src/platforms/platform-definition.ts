import type { Clock } from '../lib/clock.ts'
import type { VariableGroup } from '../lib/environment.ts'
import type { LiveValue } from '../lib/live-value.ts'
import type { Log } from '../lib/log.ts'
import type { AccountLogin } from './account-login.ts'
import type { OnCall } from './http.ts'
import type { AdjustableRate } from './pace.ts'
import type { CallRecord, Platform, PlatformName } from './platform.ts'
import type { WebhookSource } from './webhook-source.ts'

/** Kinds of facts of which it matters since when a platform delivers them. */
export type DeliveredKind = 'chat' | 'follows'

/** Totals of a channel's audience that some platforms tell. */
export type Total = 'followers' | 'subscribers'

/** Whether a platform tells something of its channels, and if not why. */
export type FactAvailability = { readonly available: boolean; readonly reason: string | null }

/** How the addresses of a platform's streams look. */
type StreamAddresses = {
  /** Lower case; the first is the one that people know. */
  readonly hosts: readonly string[]
  /** The address of a stream, as an example. */
  readonly example: string
  /** The slug that the first part of a path is, in lower case; undefined where it can be none. */
  readSlug(part: string): string | undefined
  /** Those that lead to something else than a channel. */
  readonly notSlugs: ReadonlySet<string>
}

/** The argument of an export that names a channel by the platform's own id of it. */
type UserIdArgument = {
  readonly name: string
  readonly pattern: RegExp
  /** What the pattern allows, as the end of a sentence. */
  readonly allowed: string
}

/** Where a platform is and who we are there, in the fields that its definition gives it. */
export type PlatformAccess = Readonly<Record<string, string>>

/** What the environment says of a platform. */
export type PlatformConfig = {
  /** Undefined where it is not set up. */
  readonly access: PlatformAccess | undefined
  /** Requests a second to it at most, unless a setting says otherwise. */
  readonly requestsPerSecond: number
}

/** What every part of a platform is given. */
type SharedParts = { readonly clock: Clock; readonly log: Log }

/** What a part is given whose calls nobody else logs. */
type RecordingParts = SharedParts & { readonly onRecord?: (call: CallRecord) => void }

/** What an adapter is given. */
type PlatformParts = SharedParts & {
  readonly requestsPerSecond: AdjustableRate
  /** Where the platform can reach us with deliveries; undefined means nowhere. */
  readonly webhookUrl: string | undefined
  readonly onCall: OnCall
}

/** Everything that the rest of the code knows of a platform by itself; adapters tell the rest when they run. */
export type PlatformDefinition = {
  /** As stored and as in paths and keys of settings: lower-case letters, digits and _, beginning with a letter. Never changes. */
  readonly name: PlatformName
  /** As people write it. */
  readonly title: string
  readonly variables: VariableGroup<PlatformConfig>
  /** What it calls the events that carry a kind of fact; empty where it delivers none. */
  readonly events: { readonly [Kind in DeliveredKind]: readonly string[] }
  /** The totals that it does not tell us of channels, each with the reason: a sentence for people. */
  readonly untoldTotals: { readonly [Kind in Total]?: string }
  /** Headers of its deliveries, in lower case, that never reach a log. */
  readonly secretHeaders: readonly string[]
  /** Absent where it has no streams. */
  readonly streamAddresses?: StreamAddresses
  readonly userIdArgument?: UserIdArgument
  /** Every part reads who we are whenever it needs to know: that may change, and where the platform is does not. */
  createPlatform(access: LiveValue<PlatformAccess>, parts: PlatformParts): Platform
  /** Absent where it delivers nothing. */
  createWebhooks?(access: LiveValue<PlatformAccess>, parts: RecordingParts): WebhookSource & Partial<AsyncDisposable>
  /** Absent where users can not log in with it. */
  createLogin?(access: LiveValue<PlatformAccess>, parts: RecordingParts): AccountLogin
}

/** All platforms that an instance knows, each under a name of its own. A slug without a platform is one of the first. */
export type PlatformRegistry = readonly [PlatformDefinition, ...PlatformDefinition[]]

/** The platform whose accounts are linked: the first with logins. */
export const loginPlatform = (registry: PlatformRegistry): PlatformDefinition =>
  registry.find(({ createLogin }) => createLogin) ?? registry[0]

/** The headers of deliveries that never reach a log. */
export const secretHeadersOf = (registry: PlatformRegistry): string[] =>
  registry.flatMap(({ secretHeaders }) => secretHeaders)

/** Whether a platform tells a total of its channels. */
export const totalAvailability = (
  registry: PlatformRegistry,
  platform: PlatformName,
  total: Total,
): FactAvailability => {
  const definition = registry.find(({ name }) => name === platform)
  const reason = definition ? (definition.untoldTotals[total] ?? null) : 'This server does not know the platform.'
  return { available: reason === null, reason }
}

/** The titles of the platforms that do not tell a total, for texts. */
export const titlesWithout = (registry: PlatformRegistry, total: Total): string =>
  registry.flatMap(({ title, untoldTotals }) => (untoldTotals[total] === undefined ? [] : title)).join(' and ')

/** What all platforms call the events that carry a kind of fact. */
export const eventsThatCarry = (registry: PlatformRegistry, kind: DeliveredKind): string[] =>
  registry.flatMap(({ events }) => events[kind])
