import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import type { KeyRing } from '../config/key-ring.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import { type Change, checkChange, type InvalidChange, invalid } from './check-change.ts'
import { type Category, isConfigurationKey, isSensitive } from './configuration-key.ts'
import { seal, unseal } from './envelope.ts'
import { mayBeEncrypted, type RuntimeSettings } from './runtime-settings.ts'

/** An entry as it may be shown: the value of an encrypted one is null. */
export type Entry = Omit<ModelRows['Configuration'], 'value'> & { value: string | null; category: Category }

type SetOutcome =
  | { kind: 'set'; entry: Entry }
  | InvalidChange
  /** The entry is not the version that was to be replaced. */
  | { kind: 'conflict'; current: Entry }

/** The entries of an environment. Only `readSecret` returns a decrypted value. */
export type Configuration = {
  /** The entries by key: all of them, those of a category, or the one of a key. */
  list(only?: { category?: Category | null; key?: string | null }): Promise<Entry[]>
  /** Writes an entry with its row of the audit log, or changes nothing. */
  set(change: Change, author: Author): Promise<SetOutcome>
  /** Removes an entry; returns whether there was one. */
  remove(key: string, author: Author): Promise<boolean>
  /** For the system itself: the value of an encrypted entry, null when there is none. Throws when it can not be decrypted. */
  readSecret(key: string): Promise<string | null>
}

export type ConfigurationOptions = {
  db: Postgres
  ring: KeyRing
  environment: EnvironmentName
  settings: RuntimeSettings
  /** Why no entry with a key may be made now, a sentence that begins with "key"; null where it may. */
  refuse?: (key: string) => Promise<string | null>
}

/** The channel of Postgres that is notified of changes. Only a hint, like every notification. */
export const configurationNotifyChannel = 'channelscope_configuration'

const maxEntries = 1_000

const shown = sql`${narrowed<Omit<Entry, 'value'>>(
  select('Configuration', ['key', 'version', 'description', 'category', 'isEncrypted', 'updatedAt', 'updatedBy']),
)}, ${expressions<{ value: string | null }>({ value: 'CASE WHEN is_encrypted THEN NULL ELSE value END' })}`

const all = statement(
  'configuration_list',
  sql`SELECT ${shown} FROM public.configuration
   WHERE (category = $1 OR $1 IS NULL) AND (key = $2 OR $2 IS NULL) ORDER BY key LIMIT ${maxEntries}`,
)
const lock = statement('configuration_lock', sql`SELECT ${shown} FROM public.configuration WHERE key = $1 FOR UPDATE`)
const insert = statement(
  'configuration_insert',
  sql`INSERT INTO public.configuration (key, value, description, category, is_encrypted, updated_by)
   SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM public.configuration) < ${maxEntries}
   ON CONFLICT (key) DO NOTHING RETURNING ${shown}`,
)
const update = statement(
  'configuration_update',
  sql`UPDATE public.configuration SET value = $2, description = $3, category = $4, is_encrypted = $5, updated_by = $6,
     version = version + 1, updated_at = now()
   WHERE key = $1 RETURNING ${shown}`,
)
const full = statement(
  'configuration_full',
  sql`SELECT ${expressions<{ full: boolean }>({ full: `count(*) >= ${maxEntries}` })} FROM public.configuration HAVING NOT bool_or(key = $1)`,
)
const remove = statement(
  'configuration_remove',
  sql`DELETE FROM public.configuration WHERE key = $1 RETURNING ${shown}`,
)
const secret = statement(
  'configuration_secret',
  sql`SELECT ${select('Configuration', ['value'])} FROM public.configuration WHERE key = $1 AND is_encrypted`,
)
const announce = statement('configuration_announce', `SELECT pg_notify('${configurationNotifyChannel}', '')`)

/** Why the present entry may not be replaced; null when it may. */
const checkVersion = (current: Entry | undefined, { expectedVersion }: Change): SetOutcome | null => {
  if (expectedVersion == null || expectedVersion === (current?.version ?? 0)) return null
  if (current) return { kind: 'conflict', current }
  return invalid('expectedVersion', 'expectedVersion must be 0 or absent for a key that has no entry.')
}

/** The entries in `db`, with secrets encrypted under the first key of the ring and bound to the environment. */
export const createConfiguration = ({
  db,
  ring,
  environment,
  settings,
  refuse,
}: ConfigurationOptions): Configuration => {
  /**
   * The columns of an entry in the audit log. Only a setting that is never encrypted has its value there. Another entry may
   * become a secret, and the log is never changed.
   */
  const audited = (entry: Entry | undefined): Record<string, unknown> | null => {
    if (entry === undefined) return null
    const { key, version, category, description, isEncrypted, value } = entry
    const setting = settings.get(key)
    return { version, category, description, isEncrypted, ...(setting && !mayBeEncrypted(setting) && { value }) }
  }

  const write = async (tx: Transaction, change: Change, current: Entry | undefined, by: string) => {
    const { key, value, category, encrypt } = change
    const encrypted = isSensitive(key) || (encrypt ?? current?.isEncrypted ?? false)
    const description =
      change.description === undefined
        ? (current?.description ?? settings.get(key)?.description ?? null)
        : change.description
    const stored = encrypted ? seal(ring, { env: environment.name, key }, value) : value
    const [entry] = await tx.query(current ? update : insert, [key, stored, description, category, encrypted, by])
    return entry
  }

  return {
    list: async ({ category = null, key = null } = {}) =>
      key !== null && !isConfigurationKey(key) ? [] : db.query(all, [category, key]),

    set: async (change, author) => {
      const problem = checkChange(settings, change)
      if (problem) return problem
      const { key } = change
      const refusal = await refuse?.(key)
      if (refusal) return invalid('key', refusal)
      const { name, subject, role } = author.identity
      return db.transaction<SetOutcome>(async (tx) => {
        for (;;) {
          const [current] = await tx.query(lock, [key])
          const refused = checkVersion(current, change)
          if (refused) return refused
          const entry = await write(tx, change, current, name ?? subject ?? role)
          if (entry === undefined) {
            const [state] = await tx.query(full, [key])
            if (state?.full) return invalid('key', `key must be that of an entry: there are ${maxEntries} already.`)
            // Another transaction has made the entry meanwhile, so it is read again.
            continue
          }
          await recordAction(tx, 'public', author, {
            action: 'configuration.set',
            target: `configuration:${key}`,
            before: audited(current),
            after: audited(entry),
          })
          await tx.query(announce)
          return { kind: 'set', entry }
        }
      })
    },

    remove: async (key, author) =>
      isConfigurationKey(key) &&
      db.transaction(async (tx) => {
        const [entry] = await tx.query(remove, [key])
        if (entry === undefined) return false
        await recordAction(tx, 'public', author, {
          action: 'configuration.delete',
          target: `configuration:${key}`,
          before: audited(entry),
        })
        await tx.query(announce)
        return true
      }),

    readSecret: async (key) => {
      const [row] = await db.query(secret, [key])
      if (row === undefined) return null
      const opened = unseal(ring, { env: environment.name, key }, row.value)
      if (!opened.ok) throw new Error(`The value of "${key}" can not be decrypted (${opened.reason}).`)
      return opened.text
    },
  }
}
