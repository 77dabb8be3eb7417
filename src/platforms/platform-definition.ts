import type { PlatformName } from './platform.ts'

/** Kinds of facts of which it matters since when a platform delivers them. */
export type DeliveredKind = 'chat' | 'follows'

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

/** Everything that the rest of the code knows of a platform by itself; adapters tell the rest when they run. */
export type PlatformDefinition = {
  /** As stored and as in paths and keys of settings: lower-case letters, digits and _, beginning with a letter. Never changes. */
  readonly name: PlatformName
  /** As people write it. */
  readonly title: string
  /** Requests a second to it at most, where nothing else is set. */
  readonly requestsPerSecond: number
  /** What it calls the events that carry a kind of fact; empty where it delivers none. */
  readonly events: { readonly [Kind in DeliveredKind]: readonly string[] }
  /** Headers of its deliveries, in lower case, that never reach a log. */
  readonly secretHeaders: readonly string[]
  /** Absent where it has no streams. */
  readonly streamAddresses?: StreamAddresses
  readonly userIdArgument?: UserIdArgument
}

/** All platforms that an instance knows, each under a name of its own. A slug without a platform is one of the first. */
export type PlatformRegistry = readonly [PlatformDefinition, ...PlatformDefinition[]]

/** The headers of deliveries that never reach a log. */
export const secretHeadersOf = (registry: PlatformRegistry): string[] =>
  registry.flatMap(({ secretHeaders }) => secretHeaders)

/** What all platforms call the events that carry a kind of fact. */
export const eventsThatCarry = (registry: PlatformRegistry, kind: DeliveredKind): string[] =>
  registry.flatMap(({ events }) => events[kind])
