import path from 'node:path'
import { openFileObjects } from './file-objects.ts'
import type { ObjectStore } from './object-store.ts'
import { openS3Objects, type S3Options } from './s3-objects.ts'

/** The bucket of the settings, or files below the data directory; nothing is contacted before the first object. */
export const openObjects = (options: { s3: S3Options | undefined; dataDir: string }): ObjectStore =>
  options.s3 ? openS3Objects(options.s3) : openFileObjects(path.join(options.dataDir, 'objects'))
