import { isIP } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import { ownVersion } from '../lib/own-version.ts'
import { createAddressPolicy } from './address-policy.ts'
import { discordTarget } from './discord-target.ts'
import { emailTarget } from './email-target.ts'
import { createGuardedConnect, type ResolveName } from './guarded-connect.ts'
import { httpTarget } from './http-target.ts'
import { slackTarget } from './slack-target.ts'
import { longestAttemptMs, type OpenTarget, type TargetKind } from './target.ts'
import type { TargetDescription, TargetKindHandle } from './target-kind.ts'

/** What targets are opened with. */
export type TargetOptions = {
  /** Networks that are not public and that targets may be in nevertheless, such as 10.0.0.0/8. */
  privateNetworks: readonly string[]
  clock: Clock
  /** Finds the addresses of names; the operating system does it unless told. */
  resolve?: ResolveName
  /** For a whole attempt; the longest unless told. */
  timeoutMs?: number
}

const kinds: Readonly<Record<TargetKind, TargetKindHandle>> = {
  http: httpTarget,
  discord: discordTarget,
  slack: slackTarget,
  email: emailTarget,
}

/**
 * What is wrong with the settings and secrets of a target, a sentence each; empty when it can be opened. An address is judged at once, a name
 * whenever it is looked up.
 */
export const targetProblems = (
  kind: TargetKind,
  settings: unknown,
  secrets: unknown,
  privateNetworks: readonly string[],
): string[] => {
  const problems = kinds[kind].problems(settings, secrets)
  const host = kinds[kind].hostOf(settings, secrets)
  if (host === null || isIP(host) === 0 || createAddressPolicy(privateNetworks)(host)) return problems
  return [...problems, `The address ${host} is not public: ALERT_PRIVATE_NETWORKS must have its network.`]
}

/** What may be shown of a target beside its settings; never a secret. */
export const describeTarget = (kind: TargetKind, settings: unknown, secrets: unknown): TargetDescription =>
  kinds[kind].describe(settings, secrets)

/** The secret that was given for the place of a target alone, and that place; null where there is none. */
export const loginOfTarget = (kind: TargetKind, settings: unknown, secrets: unknown) =>
  kinds[kind].login(settings, secrets)

/** Opens a target. It connects when it is told something. One with faults refuses every message and says why. */
export const openTarget = (
  kind: TargetKind,
  settings: unknown,
  secrets: unknown,
  { privateNetworks, clock, resolve, timeoutMs = longestAttemptMs }: TargetOptions,
): OpenTarget =>
  kinds[kind].open(
    settings,
    secrets,
    { connect: createGuardedConnect(createAddressPolicy(privateNetworks), resolve), clock, version: ownVersion() },
    timeoutMs,
  )
