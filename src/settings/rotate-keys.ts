import type { KeyRing } from '../config/key-ring.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { jsonRows } from '../lib/json-rows.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { encryptedPages, targetKeyPrefix, type Unreadable } from './check-secrets.ts'
import { rewrap } from './envelope.ts'

export type Rotation = {
  /** Values whose keys are now encrypted under the first key of the ring, and were not before. */
  rewrapped: number
  /** Values that other processes wrote under another key during the last round; 0 when every readable value is under the first key. */
  stillWritten: number
  unreadable: Unreadable[]
}

/** Values that are written meanwhile are found in the next round; a round that finds none is the last. */
const maxRounds = 5

// Only if the value is still the one that was read, so that a value that was set meanwhile stays.
const replace = statement(
  'configuration_rewrap',
  `UPDATE public.configuration c SET value = v.sealed
   FROM json_to_recordset($1) AS v(key text, value text, sealed text)
   WHERE c.key = v.key AND c.value = v.value AND c.is_encrypted RETURNING c.key`,
)

const replaceOfTargets = statement(
  'alert_targets_rewrap',
  `UPDATE public.alert_target t SET secrets = v.sealed
   FROM json_to_recordset($1) AS v(key text, value text, sealed text)
   WHERE '${targetKeyPrefix}' || t.id = v.key AND t.secrets = v.value RETURNING v.key`,
)

/** Where encrypted values are. */
const tables = [
  { of: 'configuration', replace },
  { of: 'targets', replace: replaceOfTargets },
] as const

/**
 * Encrypts the keys of all values under the first key of the ring; values, versions and dates stay. It may run beside readers
 * and writers, twice at once, and again after it was interrupted.
 */
export const rotateKeys = async (
  { db, ring, environment }: { db: Postgres; ring: KeyRing; environment: EnvironmentName },
  signal: AbortSignal,
): Promise<Rotation> => {
  const [{ kid }] = ring
  let rewrapped = 0
  for (let round = 1; ; round++) {
    let met = 0
    const unreadable: Unreadable[] = []
    for (const { of, replace } of tables)
      for await (const page of encryptedPages(db, of)) {
        signal.throwIfAborted()
        const others = page.filter(({ value }) => !value.startsWith(`v1.${kid}.`))
        const rows = others.flatMap(({ key, value }) => {
          const wrapped = rewrap(ring, { env: environment.name, key }, value)
          if (wrapped.ok) return [{ key, value, sealed: wrapped.sealed }]
          unreadable.push({ ...wrapped, key })
          return []
        })
        if (rows.length === 0) continue
        met += rows.length
        // In a transaction, because two rotations can deadlock on each other's rows; then one of them is tried again.
        rewrapped += await db.transaction(async (tx) => (await tx.query(replace, [jsonRows(rows)])).length)
      }
    if (met === 0 || round === maxRounds) return { rewrapped, stillWritten: met, unreadable }
  }
}
