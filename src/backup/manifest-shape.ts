import { z } from 'zod'
import { checkKey } from '../stores/objects/object-store.ts'

// Some of these texts come to stand in statements and in paths, so each has a form that can say nothing else.
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()
const digits = z.string().regex(/^-?\d{1,40}$/)
const name = z.string().regex(/^[a-z_]\w{0,62}$/)
const side = z.enum(['dm', 'public'])
const migration = z.string().regex(/^[\w.-]{1,200}$/)
const key = z.string().refine((text) => {
  try {
    checkKey(text)
    return true
  } catch {
    return false
  }
})
const bound = z.string().regex(/^(DEFAULT|FOR VALUES FROM \('[\d :.+-]+'\) TO \('[\d :.+-]+'\))$/)

/** The name of a backup: its time to the millisecond, and a few random digits. */
const backupId = z.string().regex(/^\d{8}T\d{9}Z-[0-9a-f]{6}$/)

/** Whether a text has the form of the name of a backup. */
export const isBackupId = (text: string): boolean => backupId.safeParse(text).success

const file = z.strictObject({ key, bytes: count, sha256 })

const table = z.strictObject({
  schema: side,
  name,
  rows: digits,
  /** A sum of the hashes of the rows, as Postgres computes it. */
  hash: digits,
  chunks: z.array(z.strictObject({ sha256, rows: count })),
})

export const manifestShape = z.strictObject({
  format: z.literal(1),
  id: backupId,
  version: z.string().max(100),
  tier: z.string().max(100),
  environment: z.string().max(100),
  /** The instant as of which everything is. */
  at: z.iso.datetime(),
  migrations: z.strictObject({ postgres: z.array(migration), clickHouse: z.array(migration) }),
  tables: z.array(table),
  sequences: z.array(z.strictObject({ schema: side, name, last: digits.nullable() })),
  partitions: z.array(
    z.strictObject({ table: name, name, bound }).refine((one) => one.name.startsWith(`${one.table}_`)),
  ),
  telemetry: z.strictObject({
    /** The name of the database in what ClickHouse has written. */
    database: z.string().regex(/^\w{1,200}$/),
    /** The backup on which this one builds; null where it has everything itself. */
    base: backupId.nullable(),
    tables: z.array(z.strictObject({ name, rows: count, parts: z.array(z.string().regex(/^[0-9a-f]{1,64}$/)) })),
    files: z.array(file),
  }),
  spools: z.array(file),
  objects: z.array(file),
  /** What it could not have, a sentence each. */
  leftOut: z.array(z.string().max(1_000)),
  /** Null where they were left out. */
  keys: file.nullable(),
})

/** What a backup has, with counts and hashes. A backup without one is none. */
export type Manifest = z.infer<typeof manifestShape>

/** A table of Postgres in a backup. */
export type SavedTable = z.infer<typeof table>

/** A file of a backup by its key. */
export type SavedFile = z.infer<typeof file>

/** The folder of a backup, without its last slash. */
export const folderOf = (id: string): string => `backups/${id}`

/** Where ClickHouse writes its part of a backup. */
export const telemetryFolder = (id: string): string => `clickhouse/${id}`

/** Whether the files of a manifest lie where a backup puts them. */
export const hasOwnPlaces = ({ id, telemetry, spools, keys }: Manifest): boolean =>
  telemetry.files.every((one) => one.key.startsWith(`${telemetryFolder(id)}/`)) &&
  [...spools, ...(keys ? [keys] : [])].every((one) => one.key.startsWith(`${folderOf(id)}/`))
