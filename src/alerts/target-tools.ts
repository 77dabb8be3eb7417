import type { Clock } from '../lib/clock.ts'
import { describeTarget, loginOfTarget, openTarget, targetProblems } from '../targets/open-target.ts'
import {
  createSigningKey,
  rotateSigningKeys,
  type ShownSigningKey,
  type SignatureScheme,
  type SigningKey,
} from '../targets/signing-keys.ts'
import type { OpenTarget, TargetKind } from '../targets/target.ts'

/** What is done with targets of all kinds. */
export type TargetTools = {
  /** What is wrong with settings and secrets, a sentence each. */
  problems(kind: TargetKind, settings: unknown, secrets: unknown): string[]
  /** What may be shown beside the settings. */
  describe(
    kind: TargetKind,
    settings: unknown,
    secrets: unknown,
  ): { destination: string; signingKeys: readonly ShownSigningKey[] }
  /** The secret that was given for the place of a target alone, and that place; null where there is none. */
  login(kind: TargetKind, settings: unknown, secrets: unknown): { secret: string; place: string } | null
  open(kind: TargetKind, settings: unknown, secrets: unknown): OpenTarget
  /** Secrets of a new target: with a key to sign by where its kind has some and none is given. */
  complete(kind: TargetKind, secrets: Record<string, unknown>): Record<string, unknown>
  /** Secrets with a new key to sign by, the old ones for a while beside it; null where the kind has no keys. */
  rotate(
    kind: TargetKind,
    secrets: Record<string, unknown>,
    scheme: SignatureScheme,
    overlapMs: number,
  ): Record<string, unknown> | null
}

/** Which kinds sign what they send. */
const signs = (kind: TargetKind): boolean => kind === 'http'

/** The tools of targets that may be in the networks that are public, and in these. */
export const createTargetTools = ({
  privateNetworks,
  clock,
}: {
  privateNetworks: readonly string[]
  clock: Clock
}): TargetTools => ({
  problems: (kind, settings, secrets) => targetProblems(kind, settings, secrets, privateNetworks),
  describe: describeTarget,
  login: loginOfTarget,
  open: (kind, settings, secrets) => openTarget(kind, settings, secrets, { privateNetworks, clock }),
  complete: (kind, secrets) =>
    signs(kind) && secrets.signingKeys === undefined ? { ...secrets, signingKeys: [createSigningKey('v1')] } : secrets,
  rotate: (kind, secrets, scheme, overlapMs) =>
    signs(kind)
      ? {
          ...secrets,
          signingKeys: rotateSigningKeys(
            (secrets.signingKeys ?? []) as SigningKey[],
            createSigningKey(scheme),
            clock(),
            overlapMs,
          ),
        }
      : null,
})
