import type { KeyRing } from '../config/key-ring.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { targetKeyPrefix } from '../settings/check-secrets.ts'
import { seal, unseal } from '../settings/envelope.ts'

/** What is secret about a target, by name. */
export type TargetSecrets = Record<string, unknown>

/** Seals what is secret about targets and opens it; in another row, or another environment, it can not be opened. */
export type SecretBox = {
  seal(targetId: string, secrets: TargetSecrets): string
  /** Throws a sentence where that can not be done. Null has nothing. */
  open(targetId: string, sealed: string | null): TargetSecrets
}

/** Seals with the first key of the ring, as values of the configuration are. */
export const createSecretBox = (ring: KeyRing, environment: EnvironmentName): SecretBox => {
  const contextOf = (targetId: string) => ({ env: environment.name, key: `${targetKeyPrefix}${targetId}` })
  return {
    seal: (targetId, secrets) => seal(ring, contextOf(targetId), JSON.stringify(secrets)),
    open(targetId, sealed) {
      if (sealed === null) return {}
      const opened = unseal(ring, contextOf(targetId), sealed)
      if (!opened.ok) throw new Error(`What is secret about this target can not be decrypted (${opened.reason}).`)
      return JSON.parse(opened.text) as TargetSecrets
    },
  }
}
