import type { KeyRing } from '../config/key-ring.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { encryptedPages } from './encrypted-pages.ts'
import { type DecryptionFailure, unseal } from './envelope.ts'

/** An encrypted value that these keys do not open. */
export type Unreadable = DecryptionFailure & { key: string }

/** The first encrypted value that can not be opened; null when all can. */
export const findUnreadable = async (db: Transaction, ring: KeyRing, env: string): Promise<Unreadable | null> => {
  for await (const page of encryptedPages(db)) {
    for (const { key, value } of page) {
      const opened = unseal(ring, { env, key }, value)
      if (!opened.ok) return { ...opened, key }
    }
  }
  return null
}

/** Why a start is refused, and what would help; one line. */
export const unreadableLine = ({ key, kid, reason }: Unreadable): string => {
  const giveUp = `or give the value up by "channelscope config delete ${key}"`
  switch (reason) {
    case 'unknown-key':
      return `CONFIG_KEYS must hold the key "${kid}", which the value of "${key}" is encrypted with: add it, ${giveUp}.`
    case 'wrong-key':
      return `CONFIG_KEYS must hold the key "${kid}" that the value of "${key}" was encrypted with (in this ENVIRONMENT); the one given is another: restore it, ${giveUp}.`
    default:
      return `The stored value of "${key}" was altered and can not be decrypted: restore it, ${giveUp}.`
  }
}
