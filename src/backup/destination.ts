import { createHash, hash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'
import { quote } from '../stores/clickhouse/parameters.ts'
import { openFileObjects } from '../stores/objects/file-objects.ts'
import { checkKey, type ObjectStore, ObjectStoreError } from '../stores/objects/object-store.ts'
import { openS3Objects, type S3Options } from '../stores/objects/s3-objects.ts'
import { patienceWith, usualSilentMs } from './patience.ts'

/** What a file of a backup is known by. */
type Fingerprint = { bytes: number; sha256: string }

/** What opens a place again, as in another thread: a whole path, or s3://bucket/prefix. It may hold a secret. */
export type Opening = { place: string; s3: S3Options | undefined; silentMs: number }

/** Where backups are kept: a folder, or a part of a bucket. */
export type Destination = AsyncDisposable & {
  readonly opening: Opening
  readonly objects: ObjectStore
  /** For how long nothing may come from it, in milliseconds. */
  readonly silentMs: number
  /** How a statement of ClickHouse names a folder of it. It may hold a secret: it is never shown. */
  engineFolder(key: string): string
  /** Whether what was put stays as it is by itself, as in a bucket that compares checksums. */
  readonly isGuarded: boolean
  /** Bytes and hash of what is under a key, and from then on it is on the disk; null when there is nothing. */
  fingerprint(key: string): Promise<Fingerprint | null>
  /** Whether nothing is there but files whose names begin with this one. */
  holdsOnly(name: string): Promise<boolean>
  /** Removes a folder with all that is in it. */
  removeFolder(prefix: string): Promise<void>
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** A file system of the network may hang, so each call has a deadline. */
const fileDestination = (folder: string, silentMs: number): Omit<Destination, 'opening'> => {
  const patient = patienceWith(folder, silentMs)
  const files = openFileObjects(folder)
  const objects: ObjectStore = {
    place: files.place,
    put: (key, body, sha256, signal) => patient(key, () => files.put(key, body, sha256, signal), body.length),
    get: (key, signal) => patient(key, () => files.get(key, signal)),
    list: (prefix, signal) => patient(prefix, () => files.list(prefix, signal)),
    remove: (key, signal) => patient(key, () => files.remove(key, signal)),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  }
  const pathOf = (key: string): string => {
    checkKey(key)
    return path.join(folder, key)
  }
  return {
    objects,
    silentMs,
    isGuarded: false,
    engineFolder: (key) => `File(${quote(pathOf(key))})`,
    fingerprint: (key) =>
      patient(key, async (alive) => {
        try {
          await using handle = await fs.open(pathOf(key), 'r')
          const sum = createHash('sha256')
          let bytes = 0
          for await (const piece of handle.createReadStream({ autoClose: false })) {
            sum.update(piece)
            bytes += piece.length
            alive()
          }
          alive(bytes)
          await handle.sync()
          return { bytes, sha256: sum.digest('hex') }
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return null
          throw new ObjectStoreError(`${key} can not be read (${codeOf(error)}).`, error)
        }
      }),
    async holdsOnly(name) {
      try {
        // A file system of its own has that folder.
        const names = await patient('the folder', () => fs.readdir(folder))
        return names.every((found) => found.startsWith(name) || found === 'lost+found')
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return true
        if (error instanceof ObjectStoreError) throw error
        throw new ConfigError(`${folder} can not be read as a folder (${codeOf(error)}).`)
      }
    },
    async removeFolder(prefix) {
      try {
        await patient(prefix, () => fs.rm(pathOf(prefix), { recursive: true, force: true }))
      } catch (error) {
        if (error instanceof ObjectStoreError) throw error
        throw new ObjectStoreError(`${prefix} can not be removed (${codeOf(error)}).`, error)
      }
    },
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  }
}

const bucketDestination = (options: S3Options, prefix: string, silentMs: number): Omit<Destination, 'opening'> => {
  const bucket = openS3Objects(options)
  const keyOf = (key: string): string => `${prefix}/${key}`
  const objects: ObjectStore = {
    place: `${bucket.place}/${prefix}`,
    put: (key, body, sha256, signal) => bucket.put(keyOf(key), body, sha256, signal),
    get: (key, signal) => bucket.get(keyOf(key), signal),
    list: async (under, signal) => (await bucket.list(keyOf(under), signal)).map((key) => key.slice(keyOf('').length)),
    remove: (key, signal) => bucket.remove(keyOf(key), signal),
    [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
  }
  return {
    objects,
    silentMs,
    isGuarded: true,
    engineFolder: (key) =>
      `S3(${[`${options.url}/${keyOf(key)}`, options.accessKeyId, options.secretAccessKey].map(quote).join(', ')})`,
    async fingerprint(key) {
      const body = await objects.get(key)
      return body && { bytes: body.length, sha256: hash('sha256', body) }
    },
    holdsOnly: async (name) =>
      (await bucket.list(`${prefix}/`)).every((key) => key === `${prefix}/` || key.startsWith(keyOf(name))),
    async removeFolder(under) {
      for (const key of await objects.list(`${under}/`)) await objects.remove(key)
    },
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  }
}

const bucketForm = /^s3:\/\/([A-Za-z0-9._-]+)((?:\/[\w.=-]+)+)\/?$/

/**
 * Opens a place by its name: a folder, or `s3://bucket/prefix` at the endpoint and with the key of `S3_URL`. Nothing is contacted yet. A ConfigError
 * says what is wrong with the name. A folder from which nothing comes for `silentMs` is one that hangs; requests to a bucket have
 * limits of their own.
 */
export const openDestination = (
  place: string,
  base: string,
  s3: S3Options | undefined,
  silentMs = usualSilentMs,
): Destination => {
  if (!place.startsWith('s3:') && (/^[\w+.-]+:\/\//.test(place) || place.startsWith('~')))
    throw new ConfigError(`The place of backups must be a folder or s3://bucket/prefix, and ${place} is neither.`)
  if (!place.startsWith('s3:')) {
    const folder = path.resolve(base, place)
    return { ...fileDestination(folder, silentMs), opening: { place: folder, s3, silentMs } }
  }
  const [, bucket, prefix] = bucketForm.exec(place) ?? []
  if (bucket === undefined) throw new ConfigError('The place of backups must be a folder or s3://bucket/prefix.')
  if (!s3)
    throw new ConfigError('S3_URL, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY say how to reach a bucket: set them.')
  const endpoint = s3.url.slice(0, s3.url.lastIndexOf('/'))
  const options = { ...s3, url: `${endpoint}/${bucket}` }
  return { ...bucketDestination(options, prefix!.slice(1), silentMs), opening: { place, s3, silentMs } }
}

/** What a disk or a bucket refuses is told as what an operator can mend, with the place. */
export const tellingWhy = async <T>(
  { objects: { place } }: Pick<Destination, 'objects'>,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ObjectStoreError) throw new ConfigError(`${place} can not be used: ${error.message}`)
    throw error
  }
}
