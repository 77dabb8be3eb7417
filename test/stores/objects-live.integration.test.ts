import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { objectVariables } from '../../src/config/store-variables.ts'
import { openObjects } from '../../src/stores/objects/open-objects.ts'
import { s3Credentials, startS3Server } from '../support/archive/s3-server.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const body = Buffer.from('an object')
const sum = hash('sha256', body)

test('the next object goes with the keys of that moment; a refused key is one sentence without it, and half of a key never becomes files', async () => {
  let accepted = s3Credentials
  await using server = await startS3Server(() => accepted)
  await using directory = await temporaryDirectory('objects-live')
  const bucketOf = (keys: Partial<typeof s3Credentials>) => ({
    S3_URL: server.url,
    S3_ACCESS_KEY_ID: keys.accessKeyId,
    S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
  })
  const next = { accessKeyId: 'AKNEXT', secretAccessKey: 'the-next-secret' }
  accepted = { accessKeyId: 'AKFIRST', secretAccessKey: 'the-first-secret' }
  let variables: ReturnType<typeof bucketOf> = bucketOf(accepted)
  await using objects = openObjects({
    dataDir: directory.path,
    bucket: { now: () => objectVariables.read(variables), onChange: () => () => undefined },
  })
  await objects.put('one', body, sum)
  expect(objects.problem()).toBeNull()

  accepted = next
  await expect(objects.put('two', body, sum)).rejects.toThrow('PUT two was refused with 403 (SignatureDoesNotMatch).')
  expect(objects.problem()).toBe('The bucket refuses the key: PUT two was refused with 403 (SignatureDoesNotMatch).')
  variables = bucketOf(next)
  expect(objects.problem()).toBeNull()
  await objects.put('two', body, sum)
  expect(await objects.get('one')).toEqual(body)

  variables = bucketOf({ accessKeyId: 'AKNEXT' })
  await expect(objects.put('three', body, sum)).rejects.toThrow(
    /^No objects can be stored: S3_SECRET_ACCESS_KEY must be set/,
  )
  expect(objects.problem()).toMatch(/^No objects can be stored/)
})
