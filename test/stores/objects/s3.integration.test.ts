import { createHash } from 'node:crypto'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { ObjectStoreError } from '../../../src/stores/objects/object-store.ts'
import { openS3Objects } from '../../../src/stores/objects/s3-objects.ts'
import { s3Credentials, startS3Server } from '../../support/archive/s3-server.ts'

const server = await startS3Server()
const store = openS3Objects({ url: server.url, ...s3Credentials, timeoutMs: 2_000, maxPauseMs: 10 })

afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  server.objects.clear()
  server.log.length = 0
})

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex')
const key = 'chat/v1/env=dev/2026/11/22/13/part-0001.parquet'
const body = Buffer.from('some rows'.repeat(1000))

test('what was put is kept and is read back, under a key with any allowed character', async () => {
  await store.put(key, body, sha256(body))
  expect(server.objects.get(key)).toEqual(body)
  expect(await store.get(key)).toEqual(body)
  expect(await store.get('chat/v1/env=dev/none')).toBeNull()
})

test.for(['status-500', 'hang', 'cut-before', 'cut-after'] as const)(
  'a put that met %s is tried again',
  async (fault) => {
    server.spoil(fault)
    await store.put(key, body, sha256(body))
    expect(server.objects.get(key)).toEqual(body)
    expect(server.log.filter((line) => line.startsWith('PUT'))).toHaveLength(2)
  },
)

test('a read whose connection is lost in the middle is tried again', async () => {
  await store.put(key, body, sha256(body))
  server.spoil('cut-after')
  expect(await store.get(key)).toEqual(body)
})

test('an object of which only a part is kept was not put', async () => {
  server.spoil('truncate')
  await expect(store.put(key, body, sha256(body))).rejects.toThrow(
    `${key} has ${body.length >> 1} bytes after ${body.length} were sent.`,
  )
})

test('bytes that are not those of the sum are refused by the other side', async () => {
  await expect(store.put(key, body, sha256(Buffer.from('other')))).rejects.toThrow(/400 \(XAmzContentSHA256Mismatch\)/)
  expect(server.objects.size).toBe(0)
})

test('a store that stays away is an ObjectStoreError, after a few tries', async () => {
  server.spoil('status-500', 'status-500', 'status-500', 'status-500')
  await expect(store.put(key, body, sha256(body))).rejects.toThrow(ObjectStoreError)
  expect(server.log).toHaveLength(4)
})

test('a wrong secret is refused at once, and no message tells it', async () => {
  await using other = openS3Objects({ url: server.url, ...s3Credentials, secretAccessKey: 'another secret' })
  const error = await other.put(key, body, sha256(body)).catch((reason: Error) => reason)
  expect(String(error)).toMatch(/PUT .* was refused with 403 \(SignatureDoesNotMatch\)/)
  expect(JSON.stringify([String(error), error])).not.toContain('another secret')
  expect(server.log).toHaveLength(1)
})

test.for(['../x', 'a/../b', '/a', 'a//b', 'a b', 'a?b', '.', 'a/./b', ''])('%j is no key', async (odd) => {
  await expect(store.put(odd, body, sha256(body))).rejects.toThrow(TypeError)
  await expect(store.get(odd)).rejects.toThrow(TypeError)
})
