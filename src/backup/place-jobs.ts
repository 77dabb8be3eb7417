import { hash } from 'node:crypto'
import { ConfigError } from '../lib/errors.ts'
import type { Destination } from './destination.ts'
import { hashWithoutKeys, listBackups, readableManifest, writeManifest } from './manifest.ts'
import { folderOf, type Manifest, type SavedFile, telemetryFolder } from './manifest-shape.ts'
import type { Work } from './pace.ts'
import { type Pruned, prune } from './prune.ts'
import { type Keys, sealKeys } from './sealed-keys.ts'

/** With so much of the size of its base a backup has everything again by itself. */
const mostOfBase = 0.5

/** Neither does it build on one that is older, so that damage of one can not reach further. */
const oldestBaseMs = 7 * 86_400_000

const bytesOf = ({ telemetry }: Manifest): number => telemetry.files.reduce((sum, { bytes }) => sum + bytes, 0)

/** The backup on which one of now builds: the last one that has everything, while it is young and what was added since is little; null where there is none. */
export const baseFor = async (
  destination: Destination,
  last: Manifest | null,
  now: number = Date.now(),
): Promise<string | null> => {
  if (last === null) return null
  const { base: id } = last.telemetry
  const base = id === null ? last : await readableManifest(destination, id)
  if (base === null || now - Date.parse(base.at) > oldestBaseMs) return null
  return base === last || bytesOf(last) <= bytesOf(base) * mostOfBase ? base.id : null
}

/** What a place has: the name of its last backup, the one on which the next builds, and those that can not be read. */
export type PlaceState = { lastId: string | null; base: string | null; unreadable: string[] }

/** The newest backup that can be read; of those that have keys, where they are asked for. */
const lastManifest = async (destination: Destination, { withKeys = false } = {}): Promise<Manifest | null> => {
  for (const id of (await listBackups(destination)).reverse()) {
    const manifest = await readableManifest(destination, id)
    if (manifest !== null && !(withKeys && manifest.keys === null)) return manifest
  }
  return null
}

/** Removes what backups that were killed have left, and tells what is there. */
export const lookAtPlace = async (destination: Destination): Promise<PlaceState> => {
  const { unreadable } = await prune(destination)
  const base = await baseFor(destination, await lastManifest(destination))
  return { lastId: (await listBackups(destination)).at(-1) ?? null, base, unreadable }
}

/** Puts a file of a backup. */
export const putFile = async (
  destination: Destination,
  key: string,
  body: Buffer,
  signal: AbortSignal,
): Promise<SavedFile> => {
  const sha256 = hash('sha256', body)
  await destination.objects.put(key, body, sha256, signal)
  return { key, bytes: body.length, sha256 }
}

const filesUnder = async (destination: Destination, folder: string, { signal, pace }: Work): Promise<SavedFile[]> => {
  const files: SavedFile[] = []
  for (const key of await destination.objects.list(`${folder}/`, signal)) {
    const found = await pace(() => destination.fingerprint(key))
    if (found) files.push({ key, ...found })
  }
  return files
}

/** What a backup is finished with: all that is known of it but the files of ClickHouse, of which the engine tells `told` bytes. */
export type Unfinished = {
  manifest: Manifest
  told: number
  keys: Keys
  /** Opens the keys; absent, they are left out. */
  passphrase: string | undefined
  /** How many backups stay; absent, all. */
  keep: number | undefined
}

/**
 * A backup that is one, with how many older ones went for it. `lastWithKeys` is the newest backup before it that has keys where it has none itself; else
 * null.
 */
export type Finished = { manifest: Manifest; lastWithKeys: string | null } & Pick<Pruned, 'removed'>

/** The files that the engine has written. A disk that is full ends no BACKUP of the engine: it calls what it cut off done. */
const writtenFiles = async (
  destination: Destination,
  folder: string,
  told: number,
  work: Work,
): Promise<SavedFile[]> => {
  const files = await filesUnder(destination, folder, work)
  const { place } = destination.objects
  if (files.length === 0)
    throw new ConfigError(
      `ClickHouse wrote its part where this process does not see it: ${place} must be a bucket, or a folder that both have.`,
    )
  const written = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (written !== told)
    throw new ConfigError(`${place} has ${written} of the ${told} bytes that ClickHouse wrote: make room there.`)
  return files
}

/** Looks at what the engine wrote, seals the keys, and writes the manifest: from then on the backup is one. Then older ones go. */
export const finishBackup = async (
  destination: Destination,
  { manifest: known, told, keys, passphrase, keep }: Unfinished,
  work: Work,
): Promise<Finished> => {
  const { id } = known
  const { signal } = work
  const files = await writtenFiles(destination, telemetryFolder(id), told, work)
  const bare: Manifest = { ...known, telemetry: { ...known.telemetry, files } }
  const sealed =
    passphrase === undefined
      ? null
      : await putFile(
          destination,
          `${folderOf(id)}/keys.sealed`,
          await sealKeys(keys, passphrase, hashWithoutKeys(bare)),
          signal,
        )
  const manifest = { ...bare, keys: sealed }
  const withKeys = sealed === null ? await lastManifest(destination, { withKeys: true }) : null
  signal.throwIfAborted()
  await writeManifest(destination, manifest)
  const removed = keep === undefined ? 0 : (await prune(destination, keep)).removed
  return { manifest, lastWithKeys: withKeys?.id ?? null, removed }
}
