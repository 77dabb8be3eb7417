import { hash } from 'node:crypto'
import { encodeManifest, readManifest as readArchiveManifest } from '../archive/manifest.ts'
import { manifestKey } from '../archive/window.ts'
import { ConfigError } from '../lib/errors.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Connection } from '../stores/postgres/tables.ts'
import type { Destination } from './destination.ts'
import { objectKey } from './manifest.ts'
import type { SavedFile } from './manifest-shape.ts'
import type { Work } from './pace.ts'

const pageRows = 500

/** The objects that the log of archives names, in a snapshot: each with its hash. */
const namedObjects = async (db: Connection, visit: (file: SavedFile) => Promise<void>): Promise<void> => {
  for (let after = '0'; ; ) {
    const { rows } = await db.query<{ id: string; env: string; from: Date; to: Date; manifest: unknown }>(
      `SELECT id::text, env, window_from AS "from", window_to AS "to", manifest FROM dm.chat_archive_log
       WHERE success AND id > $1 ORDER BY chat_archive_log.id LIMIT ${pageRows}`,
      [after],
    )
    for (const { env, from, to, manifest } of rows) {
      const archive = readArchiveManifest(manifest)
      if (archive === null) continue
      for (const { key, bytes, sha256 } of archive.objects) await visit({ key, bytes, sha256 })
      const body = encodeManifest(archive)
      await visit({ key: manifestKey(env, { from, to }), bytes: body.length, sha256: hash('sha256', body) })
    }
    if (rows.length < pageRows) return
    after = rows.at(-1)!.id
  }
}

/** Copies the objects that a backup lacks; those of before are there already, because each is known by its hash. The store is opened where one is lacking. */
export const saveObjects = async (
  db: Connection,
  openStore: () => ObjectStore,
  destination: Destination,
  { signal, pace }: Work,
): Promise<SavedFile[]> => {
  await using opened = new AsyncDisposableStack()
  let objects: ObjectStore | undefined
  const known = new Set(await destination.objects.list('objects/', signal))
  const saved: SavedFile[] = []
  const copy = async (file: SavedFile, key: string): Promise<void> => {
    objects ??= opened.use(openStore())
    const body = await objects.get(file.key, signal)
    if (body === null || hash('sha256', body) !== file.sha256)
      throw new ConfigError(
        `The archived object ${file.key} is missing or was rewritten meanwhile: run the backup again, or channelscope archive verify.`,
      )
    await destination.objects.put(key, body, file.sha256, signal)
    known.add(key)
  }
  await namedObjects(db, async (file) => {
    signal.throwIfAborted()
    saved.push(file)
    const key = objectKey(file.sha256)
    if (!known.has(key)) await pace(() => copy(file, key))
  })
  return saved
}
