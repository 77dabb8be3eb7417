import type { Destination } from './destination.ts'
import { chunkKey, isHashKey, listBackups, objectKey, readableManifest } from './manifest.ts'
import { folderOf, isBackupId, type Manifest, telemetryFolder } from './manifest-shape.ts'

/** The backups that stay: the newest, and those on which one of them builds. */
const staying = (manifests: readonly Manifest[], keep: number): Manifest[] => {
  const newest = manifests.slice(-keep)
  const bases = new Set(newest.map(({ telemetry }) => telemetry.base))
  return manifests.filter((one) => newest.includes(one) || bases.has(one.id))
}

/** How many backups went, and those whose manifests can not be read. */
export type Pruned = { removed: number; unreadable: string[] }

/**
 * Removes what no whole backup needs: the older ones beyond `keep`, and what backups that were killed have left. Each is without its manifest before
 * anything else of it goes. Only what has a name of our form goes, and nothing while a manifest can not be read: what that backup needs is not known.
 */
export const prune = async (destination: Destination, keep = Number.POSITIVE_INFINITY): Promise<Pruned> => {
  const { objects } = destination
  const manifests: Manifest[] = []
  const unreadable: string[] = []
  for (const id of await listBackups(destination)) {
    const manifest = await readableManifest(destination, id)
    if (manifest === null) unreadable.push(id)
    else manifests.push(manifest)
  }
  if (unreadable.length > 0) return { removed: 0, unreadable }
  const kept = staying(manifests, keep)
  const gone = manifests.filter((one) => !kept.includes(one))
  for (const { id } of gone) await objects.remove(`${folderOf(id)}/manifest.json`)

  const ids = new Set(kept.map(({ id }) => id))
  const foldersIn = async (parent: string): Promise<Set<string>> =>
    new Set((await objects.list(`${parent}/`)).map((key) => key.split('/')[1]!).filter(isBackupId))
  for (const id of await foldersIn('backups')) if (!ids.has(id)) await destination.removeFolder(folderOf(id))
  for (const id of await foldersIn('clickhouse')) if (!ids.has(id)) await destination.removeFolder(telemetryFolder(id))

  const used = new Set(
    kept.flatMap(({ tables, objects: archived }) => [
      ...tables.flatMap(({ chunks }) => chunks.map(({ sha256 }) => chunkKey(sha256))),
      ...archived.map(({ sha256 }) => objectKey(sha256)),
    ]),
  )
  for (const prefix of ['chunks/', 'objects/'])
    for (const key of await objects.list(prefix)) if (isHashKey(key) && !used.has(key)) await objects.remove(key)
  return { removed: gone.length, unreadable }
}
