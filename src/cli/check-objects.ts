import { hash, randomUUID } from 'node:crypto'
import { reasonClause } from '../lib/errors.ts'
import { openS3Objects, type S3Options } from '../stores/objects/s3-objects.ts'
import { bad, type Finding, good } from './finding.ts'

/** One that does not answer is told of soon: a person waits. */
const patience = { attempts: 1, timeoutMs: 5_000 }

/** Whether the bucket takes an object, gives it back as it was, and removes it. */
export const checkBucket = async (bucket: S3Options): Promise<Finding> => {
  await using objects = openS3Objects({ ...bucket, ...patience })
  const key = `doctor/${randomUUID()}`
  const body = Buffer.from('Written by channelscope doctor, which removes it at once.\n')
  try {
    await objects.put(key, body, hash('sha256', body))
    const kept = await objects.get(key)
    await objects.remove(key)
    if (kept?.equals(body) !== true) return bad('S3_URL can not be used: an object was not given back as it was put.')
    if ((await objects.get(key)) !== null)
      return bad('S3_URL can not be used: an object that was removed is still there.')
    return good('S3_URL: an object was put, read back and removed.')
  } catch (error) {
    return bad(`S3_URL can not be used: ${reasonClause(error)}.`)
  }
}
