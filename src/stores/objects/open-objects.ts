import path from 'node:path'
import type { Reading } from '../../lib/environment.ts'
import type { LiveValue } from '../../lib/live-value.ts'
import { openFileObjects } from './file-objects.ts'
import { type ObjectStore, ObjectStoreError } from './object-store.ts'
import { openS3Objects, type S3Options } from './s3-objects.ts'

/** What opens a store of objects again, as in another thread: a bucket, a folder, or why there is none. It may hold a secret. */
export type ObjectsOpening = { s3: S3Options } | { folder: string } | { problem: string }

/** Opens a store of objects. An ObjectStoreError where there is none. */
export const openObjectsAt = (opening: ObjectsOpening): ObjectStore => {
  if ('problem' in opening) throw new ObjectStoreError(opening.problem)
  return 's3' in opening ? openS3Objects(opening.s3) : openFileObjects(opening.folder)
}

/** The store of the settings, whichever it is now. */
export type SettingObjects = ObjectStore & {
  /** What opens the store of now. */
  opening(): ObjectsOpening
  /** Why nothing can be stored with these settings, a sentence; null where nothing is known against them. */
  problem(): string | null
}

export type OpenObjectsOptions = {
  /** The bucket as it is set now; undefined stands for files. */
  bucket: LiveValue<Reading<{ s3: S3Options | undefined }>>
  dataDir: string
}

type Opened = { settings: string; store: ObjectStore; refusal: string | null; underWay: number }

/**
 * The bucket of the settings, or files below the data directory; nothing is contacted before the first object. Each operation goes by
 * the settings of its beginning, and one that is under way when they change ends where it began.
 */
export const openObjects = ({ bucket, dataDir }: OpenObjectsOptions): SettingObjects => {
  let opened: Opened | undefined
  const closing = new Set<Promise<void>>()

  const close = ({ store }: Opened): void => {
    const closed = Promise.resolve(store[Symbol.asyncDispose]()).finally(() => closing.delete(closed))
    closing.add(closed)
  }

  const opening = (): ObjectsOpening => {
    const reading = bucket.now()
    // Never files instead of a bucket that was meant.
    if ('problems' in reading) return { problem: `No objects can be stored: ${reading.problems.join(' ')}` }
    const { s3 } = reading.value
    return s3 ? { s3 } : { folder: path.join(dataDir, 'objects') }
  }

  const current = (): Opened => {
    const now = opening()
    const settings = JSON.stringify(now)
    if (opened?.settings === settings) return opened
    const replaced = opened
    opened = { settings, store: openObjectsAt(now), refusal: null, underWay: 0 }
    // With operations under way, the last of them closes it: an attempt that failed is made again.
    if (replaced?.underWay === 0) close(replaced)
    return opened
  }

  const work = async <T>(what: (store: ObjectStore) => Promise<T>): Promise<T> => {
    const used = current()
    used.underWay++
    try {
      const done = await what(used.store)
      used.refusal = null
      return done
    } catch (error) {
      if (error instanceof ObjectStoreError && error.isRefusal) used.refusal = error.message
      throw error
    } finally {
      used.underWay--
      if (used !== opened && used.underWay === 0) close(used)
    }
  }

  return {
    get place() {
      return 'problem' in opening() ? 'no bucket' : current().store.place
    },
    opening,
    put: (key, body, sha256, signal) => work((store) => store.put(key, body, sha256, signal)),
    get: (key, signal) => work((store) => store.get(key, signal)),
    list: (prefix, signal) => work((store) => store.list(prefix, signal)),
    remove: (key, signal) => work((store) => store.remove(key, signal)),
    problem() {
      const now = opening()
      if ('problem' in now) return now.problem
      const refusal = opened?.settings === JSON.stringify(now) ? opened.refusal : null
      return refusal === null ? null : `The bucket refuses the key: ${refusal}`
    },
    async [Symbol.asyncDispose]() {
      if (opened) close(opened)
      await Promise.all(closing)
    },
  }
}
