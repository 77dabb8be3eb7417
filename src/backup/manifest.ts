import { hash } from 'node:crypto'
import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import type { Destination } from './destination.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()
const file = z.object({ key: z.string(), bytes: count, sha256 })

const tableShape = z.object({
  schema: z.string(),
  name: z.string(),
  rows: z.string(),
  /** A sum of the hashes of the rows, as Postgres computes it. */
  hash: z.string(),
  chunks: z.array(z.object({ sha256, rows: count })),
})

const shape = z.object({
  format: z.literal(1),
  id: z.string(),
  version: z.string(),
  tier: z.string(),
  environment: z.string(),
  /** The instant as of which everything is. */
  at: z.iso.datetime(),
  migrations: z.object({ postgres: z.array(z.string()), clickHouse: z.array(z.string()) }),
  tables: z.array(tableShape),
  sequences: z.array(z.object({ schema: z.string(), name: z.string(), last: z.string().nullable() })),
  partitions: z.array(z.object({ table: z.string(), name: z.string(), bound: z.string() })),
  telemetry: z.object({
    /** The name of the database in what ClickHouse has written. */
    database: z.string(),
    /** The backup on which this one builds; null where it has everything itself. */
    base: z.string().nullable(),
    tables: z.array(z.object({ name: z.string(), rows: count, parts: z.array(z.string()) })),
    files: z.array(file),
  }),
  spools: z.array(file),
  objects: z.array(file),
  /** What it could not have, a sentence each. */
  leftOut: z.array(z.string()),
  /** Null where they were left out. */
  keys: file.nullable(),
})

/** What a backup has, with counts and hashes. A backup without one is none. */
export type Manifest = z.infer<typeof shape>

/** A table of Postgres in a backup. */
export type SavedTable = z.infer<typeof tableShape>

/** A file of a backup by its key. */
export type SavedFile = z.infer<typeof file>

const folder = 'backups/'

/** The name of a backup: its time to the millisecond, and a few random digits. */
const idForm = /^\d{8}T\d{9}Z-[0-9a-f]{6}$/

/** Whether a text has the form of the name of a backup. */
export const isBackupId = (text: string): boolean => idForm.test(text)

/** Whether a key is one under which bytes are kept that are known by their hash, or were about to be. */
export const isHashKey = (key: string): boolean => /^(chunks|objects)\/[0-9a-f]{2}\/[0-9a-f]{64}(\.partial)?$/.test(key)

/** The folder of a backup, without its last slash. */
export const folderOf = (id: string): string => `${folder}${id}`

/** Where ClickHouse writes its part of a backup. */
export const telemetryFolder = (id: string): string => `clickhouse/${id}`

/** Where bytes are kept that are known by their hash. */
export const chunkKey = (sha256: string): string => `chunks/${sha256.slice(0, 2)}/${sha256}`

/** Where an object is kept, by its hash. */
export const objectKey = (sha256: string): string => `objects/${sha256.slice(0, 2)}/${sha256}`

const manifestKey = (id: string): string => `${folderOf(id)}/manifest.json`

/** The ids of all backups that are whole, oldest first: ids are in the order of time. */
export const listBackups = async ({ objects }: Destination): Promise<string[]> =>
  (await objects.list(folder))
    .flatMap((key) => /^backups\/([\w-]+)\/manifest\.json$/.exec(key)?.[1] ?? [])
    .filter(isBackupId)
    .sort()

/** Reads the manifest of a backup; a ConfigError where there is none that this version can read. */
export const readManifest = async ({ objects }: Destination, id: string): Promise<Manifest> => {
  if (!isBackupId(id)) throw new ConfigError('A backup has a name like 20261130T031500123Z-5f2a9c.')
  const body = await objects.get(manifestKey(id))
  if (body === null) throw new ConfigError(`There is no backup ${id} in ${objects.place}.`)
  const damaged = new ConfigError(
    `The manifest of backup ${id} is damaged, or a newer version of the program wrote it.`,
  )
  let said: unknown
  try {
    said = JSON.parse(body.toString('utf8'))
  } catch {
    throw damaged
  }
  const read = shape.safeParse(said)
  if (!read.success || read.data.id !== id) throw damaged
  return read.data
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
  const body = Buffer.from(`${JSON.stringify(manifest)}\n`)
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
