import { hash } from 'node:crypto'
import { ConfigError } from '../lib/errors.ts'
import type { Destination } from './destination.ts'
import { folderOf, hasOwnPlaces, isBackupId, type Manifest, manifestShape } from './manifest-shape.ts'

/** Whether a key is one under which bytes are kept that are known by their hash, or were about to be. */
export const isHashKey = (key: string): boolean => /^(chunks|objects)\/[0-9a-f]{2}\/[0-9a-f]{64}(\.partial)?$/.test(key)

/** Where bytes are kept that are known by their hash. */
export const chunkKey = (sha256: string): string => `chunks/${sha256.slice(0, 2)}/${sha256}`

/** Where an object is kept, by its hash. */
export const objectKey = (sha256: string): string => `objects/${sha256.slice(0, 2)}/${sha256}`

const manifestKey = (id: string): string => `${folderOf(id)}/manifest.json`

/** The ids of all backups that are whole, oldest first: ids are in the order of time. */
export const listBackups = async ({ objects }: Destination): Promise<string[]> =>
  (await objects.list('backups/'))
    .flatMap((key) => /^backups\/([\w-]+)\/manifest\.json$/.exec(key)?.[1] ?? [])
    .filter(isBackupId)
    .sort()

/** The hash of a manifest, by which damage and changes show: of its fields in the order of their declaration. */
const hashOf = (manifest: Manifest): string => hash('sha256', JSON.stringify(manifestShape.parse(manifest)))

/** The hash of all but the keys, by which the keys are tied to their backup. */
export const hashWithoutKeys = (manifest: Manifest): string => hashOf({ ...manifest, keys: null })

/** The text of a manifest that is whole and of a form that this version knows; else undefined. */
const parseManifest = (text: string): Manifest | undefined => {
  try {
    const { sha256, ...said } = JSON.parse(text)
    const read = manifestShape.parse(said)
    return sha256 === hashOf(read) && hasOwnPlaces(read) ? read : undefined
  } catch {
    return undefined
  }
}

/** Reads the manifest of a backup; a ConfigError where there is none that this version can read. */
export const readManifest = async ({ objects }: Destination, id: string): Promise<Manifest> => {
  if (!isBackupId(id)) throw new ConfigError('A backup has a name like 20261130T031500123Z-5f2a9c.')
  const body = await objects.get(manifestKey(id))
  if (body === null) throw new ConfigError(`There is no backup ${id} in ${objects.place}.`)
  const damaged = new ConfigError(
    `The manifest of backup ${id} is damaged, or a newer version of the program wrote it.`,
  )
  const manifest = parseManifest(body.toString('utf8'))
  if (manifest?.id !== id) throw damaged
  return manifest
}

/** The manifest of a backup; null where it can not be read. What keeps a place from being read is an error. */
export const readableManifest = async (destination: Destination, id: string): Promise<Manifest | null> => {
  try {
    return await readManifest(destination, id)
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

/** Writes the manifest: from then on the backup is one. */
export const writeManifest = async ({ objects }: Destination, manifest: Manifest): Promise<void> => {
  const body = Buffer.from(`${JSON.stringify({ ...manifest, sha256: hashOf(manifest) })}\n`)
  await objects.put(manifestKey(manifest.id), body, hash('sha256', body))
}

/** The manifest that an operator names, else the newest; a ConfigError where there is none. */
export const findManifest = async (destination: Destination, id: string | undefined): Promise<Manifest> => {
  const found = id ?? (await listBackups(destination)).at(-1)
  if (found === undefined) throw new ConfigError(`There is no whole backup in ${destination.objects.place}.`)
  return readManifest(destination, found)
}

/** How much is in the tables, in all. */
export const totalsOf = ({ tables, telemetry, objects }: Manifest) => ({
  postgresRows: tables.reduce((sum, { rows }) => sum + Number(rows), 0),
  clickHouseRows: telemetry.tables.reduce((sum, { rows }) => sum + rows, 0),
  objects: objects.length,
})
