import { hash } from 'node:crypto'
import { ConfigError } from '../lib/errors.ts'
import { readChunk } from './chunk-store.ts'
import type { Destination } from './destination.ts'
import { hashWithoutKeys, objectKey, readManifest } from './manifest.ts'
import type { Manifest, SavedFile } from './manifest-shape.ts'
import { type Keys, openKeys, WrongPassphrase } from './sealed-keys.ts'

const different = (file: Pick<SavedFile, 'bytes' | 'sha256'>, found: Pick<SavedFile, 'bytes' | 'sha256'> | null) =>
  found === null || found.bytes !== file.bytes || found.sha256 !== file.sha256

/** Reads everything that a backup needs, and tells what is missing or damaged, a clause each. Whether its keys open is another question. */
export const verifyBackup = async (
  destination: Destination,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<string[]> => {
  const problems: string[] = []
  const look = async ({ key, ...file }: SavedFile, place = key): Promise<void> => {
    signal.throwIfAborted()
    const found = await destination.fingerprint(place)
    if (different(file, found)) problems.push(`${place} is ${found === null ? 'missing' : 'damaged'}`)
  }
  for (const { schema, name, rows, chunks } of manifest.tables) {
    let count = 0
    for (const chunk of chunks) {
      signal.throwIfAborted()
      const body = await readChunk(destination, chunk.sha256)
      if (body === null) problems.push(`a chunk of ${schema}.${name} is missing or damaged (${chunk.sha256})`)
      count += chunk.rows
    }
    if (String(count) !== rows) problems.push(`${schema}.${name} has ${count} rows in chunks instead of ${rows}`)
  }
  for (const file of manifest.telemetry.files) await look(file)
  const { base } = manifest.telemetry
  if (base !== null) {
    const under = await readManifest(destination, base).catch(() => null)
    if (under === null) problems.push(`the backup ${base}, on which it builds, is missing`)
    else for (const file of under.telemetry.files) await look(file)
  }
  for (const file of [...manifest.spools, ...(manifest.keys ? [manifest.keys] : [])]) await look(file)
  for (const { sha256, bytes, key } of manifest.objects) await look({ key, bytes, sha256 }, objectKey(sha256))
  return problems
}

const damaged = ({ id }: Manifest, what: string): ConfigError =>
  new ConfigError(`Backup ${id} is damaged: ${what}. Restore another one with --backup.`)

/** Refuses a backup that is damaged; the ConfigError says where. */
export const requireWhole = (manifest: Manifest, [first, ...others]: readonly string[]): void => {
  if (first !== undefined) throw damaged(manifest, `${first}${others.length > 0 ? `, and ${others.length} more` : ''}`)
}

/** The bytes of a file of a backup that must be those of its manifest: they were verified before. */
export const readSaved = async (destination: Destination, { sha256 }: SavedFile, place: string): Promise<Buffer> => {
  const body = await destination.objects.get(place)
  if (body === null || hash('sha256', body) !== sha256) throw new Error(`${place} has changed since it was verified.`)
  return body
}

/**
 * The keys of a backup; null where it has none or nobody says the passphrase. A WrongPassphrase where they are whole and do not open, and another
 * ConfigError where they are missing or damaged.
 */
export const readKeys = async (
  destination: Destination,
  manifest: Manifest,
  passphrase: string | undefined,
): Promise<Keys | null> => {
  const { keys } = manifest
  if (keys === null || passphrase === undefined) return null
  const body = await destination.objects.get(keys.key)
  if (body === null) throw damaged(manifest, `${keys.key} is missing`)
  if (hash('sha256', body) !== keys.sha256) throw damaged(manifest, `${keys.key} is damaged`)
  const opened = await openKeys(body, passphrase, hashWithoutKeys(manifest))
  if (opened === null) throw new WrongPassphrase(manifest.id)
  return opened
}

/** What became of the keys when a backup was looked at. */
export const keysStates = ['OPEN', 'WRONG_PASSPHRASE', 'DAMAGED', 'NOT_TRIED', 'NONE'] as const

/** Whether the keys of a backup open; the sentence says why not. */
export const tryKeys = async (
  destination: Destination,
  manifest: Manifest,
  passphrase: string | undefined,
): Promise<{ keys: (typeof keysStates)[number]; sentence?: string }> => {
  if (manifest.keys === null) return { keys: 'NONE' }
  if (passphrase === undefined) return { keys: 'NOT_TRIED' }
  try {
    await readKeys(destination, manifest, passphrase)
    return { keys: 'OPEN' }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { keys: error instanceof WrongPassphrase ? 'WRONG_PASSPHRASE' : 'DAMAGED', sentence: error.message }
  }
}
