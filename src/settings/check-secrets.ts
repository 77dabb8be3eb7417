import type { ModelRows } from '../../prisma/generated/models.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type DecryptionFailure, unseal } from './envelope.ts'

type EncryptedRow = Pick<ModelRows['Configuration'], 'key' | 'value'>

/** What keys of secrets of targets begin with. No key of an entry has a hyphen. */
export const targetKeyPrefix = 'alert-target:'

/** A value has at most 64 KiB, so a page is at most a few megabytes. */
const pageSize = 50

const page = statement(
  'configuration_encrypted_page',
  sql`SELECT ${select('Configuration', ['key', 'value'])} FROM public.configuration WHERE is_encrypted AND key > $1 ORDER BY key LIMIT ${pageSize}`,
)

/** What is secret about targets of alerts, each under the key by which it is bound to its row. */
const pageOfTargets = statement(
  'alert_targets_encrypted_page',
  sql`SELECT ${expressions<EncryptedRow>({ key: `'${targetKeyPrefix}' || id`, value: 'secrets' })}
   FROM public.alert_target WHERE secrets IS NOT NULL AND '${targetKeyPrefix}' || id > $1 ORDER BY id LIMIT ${pageSize}`,
)

/** All encrypted entries in order of their keys, page by page; or what is secret about targets of alerts. */
export async function* encryptedPages(
  db: Transaction,
  of: 'configuration' | 'targets' = 'configuration',
): AsyncGenerator<EncryptedRow[]> {
  for (let last = ''; ; ) {
    const rows = await db.query(of === 'configuration' ? page : pageOfTargets, [last])
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    last = rows.at(-1)!.key
  }
}

/** An encrypted value that can not be decrypted with these keys. */
export type Unreadable = DecryptionFailure & { key: string }

/** All encrypted entries in order of their keys, each with why it can not be decrypted, or null. The ring may be empty. */
export async function* judgeSecrets(
  db: Transaction,
  ring: readonly KeyRing[number][],
  environment: EnvironmentName,
): AsyncGenerator<{ key: string; unreadable: Unreadable | null }> {
  for await (const page of encryptedPages(db))
    for (const { key, value } of page) {
      const opened = unseal(ring, { env: environment.name, key }, value)
      yield { key, unreadable: opened.ok ? null : { ...opened, key } }
    }
}

/** The first encrypted value that can not be decrypted; null when all can. */
export const findUnreadable = async (
  db: Transaction,
  ring: KeyRing,
  environment: EnvironmentName,
): Promise<Unreadable | null> => {
  for await (const { unreadable } of judgeSecrets(db, ring, environment)) if (unreadable) return unreadable
  return null
}

/** Why a start is refused, and what would help; one line. */
export const unreadableLine = ({ key, kid, reason }: Unreadable): string => {
  const giveUp = key.startsWith(targetKeyPrefix)
    ? 'or give its secrets anew'
    : `or give the value up by "channelscope config unset ${key}"`
  switch (reason) {
    case 'unknown-key':
      return `CONFIG_KEYS must hold the key "${kid}", which the value of "${key}" is encrypted with: add it, ${giveUp}.`
    case 'wrong-key':
      return `CONFIG_KEYS must hold the key "${kid}" that the value of "${key}" was encrypted with (in this ENVIRONMENT); the one given is another: restore it, ${giveUp}.`
    default:
      return `The stored value of "${key}" was altered and can not be decrypted: restore it, ${giveUp}.`
  }
}
