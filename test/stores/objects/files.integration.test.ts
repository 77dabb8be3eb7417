import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openFileObjects } from '../../../src/stores/objects/file-objects.ts'
import { ObjectStoreError } from '../../../src/stores/objects/object-store.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const directory = await temporaryDirectory('objects')
const root = path.join(directory.path, 'objects')
const store = openFileObjects(root)
afterAll(() => directory[Symbol.asyncDispose]())

const put = (key: string, text: string) =>
  store.put(key, Buffer.from(text), createHash('sha256').update(text).digest('hex'))

test('what was put is read back, replaced by what is put later, and nothing else lies beside it', async () => {
  await put('a/b=1/c.parquet', 'one')
  await put('a/b=1/c.parquet', 'another')
  expect(String(await store.get('a/b=1/c.parquet'))).toBe('another')
  expect(await store.get('a/b=1/d.parquet')).toBeNull()
  expect(await fs.readdir(path.join(root, 'a/b=1'))).toEqual(['c.parquet'])
})

test('what a killed process left half-written is not an object, and is replaced', async () => {
  await fs.mkdir(path.join(root, 'k'), { recursive: true })
  await fs.writeFile(path.join(root, 'k/x.partial'), 'a longer text than the one that comes')
  expect(await store.get('k/x')).toBeNull()
  await put('k/x', 'whole')
  expect(String(await store.get('k/x'))).toBe('whole')
  expect(await fs.readdir(path.join(root, 'k'))).toEqual(['x'])
})

test('bytes that are not those of the sum are not kept', async () => {
  await expect(store.put('sum', Buffer.from('x'), 'a'.repeat(64))).rejects.toThrow('sum has other bytes')
  expect(await store.get('sum')).toBeNull()
})

test('a place that can not be written is an ObjectStoreError that names the key', async () => {
  await put('file', 'a file')
  await expect(put('file/below', 'x')).rejects.toThrow(ObjectStoreError)
  await expect(put('file/below', 'x')).rejects.toThrow(/^file\/below can not be written \((ENOTDIR|EEXIST)\)\.$/)
})

test.for(['../x', 'a/../../x', '/etc/x', 'a//b', ''])('%j is no key', async (odd) => {
  await expect(put(odd, 'x')).rejects.toThrow(TypeError)
  await expect(store.get(odd)).rejects.toThrow(TypeError)
})
