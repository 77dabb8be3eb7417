import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { namedDocument, namesDocument, readTrustedOperations } from '../../src/guard/trusted-operations.ts'
import { ConfigError } from '../../src/lib/errors.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const document = 'query Me { me { role } }'
const id = hash('sha256', document)
const manifest = (operations: object, version: unknown = 1) => JSON.stringify({ version, operations })

describe('the manifest of trusted operations', () => {
  test('holds the text of each document under its hash', async () => {
    await using directory = await temporaryDirectory('manifest')
    const file = path.join(directory.path, 'trusted-operations.json')
    await writeFile(file, manifest({ [id]: { name: 'Me', document } }))
    for (const mode of ['off', 'prefer', 'only'] as const)
      expect([...readTrustedOperations(file, mode)]).toEqual([[id, document]])
  })

  test('may be missing unless it is asked for', () => {
    expect(readTrustedOperations('/nowhere/trusted-operations.json', 'off').size).toBe(0)
    for (const mode of ['prefer', 'only'] as const)
      expect(() => readTrustedOperations('/nowhere/trusted-operations.json', mode)).toThrow(
        new ConfigError(
          `trusted-operations.json is missing, and TRUSTED_OPERATIONS is ${mode}: make it anew with npm run codegen.`,
        ),
      )
  })

  test.each([
    ['text that is not JSON', '{', 'is not JSON'],
    ['another version', manifest({}, 2), 'is no manifest of version 1'],
    ['a list', '[]', 'is no manifest of version 1'],
    ['an operation without a document', manifest({ [id]: { name: 'Me' } }), 'is no manifest of version 1'],
    [
      'a document that was changed',
      manifest({ [id]: { name: 'Me', document: `${document} ` } }),
      'has an id that is not the hash of its document (Me)',
    ],
  ])('with %s stops the start with one line', async (_, text, what) => {
    await using directory = await temporaryDirectory('manifest')
    const file = path.join(directory.path, 'trusted-operations.json')
    await writeFile(file, text)
    for (const mode of ['off', 'prefer', 'only'] as const)
      expect(() => readTrustedOperations(file, mode)).toThrow(
        new ConfigError(`trusted-operations.json ${what}: make it anew with npm run codegen.`),
      )
  })
})

test('a request names a document by documentId or by the hash of a persisted query, and by nothing else', () => {
  const operations = new Map([[id, document]])
  const persisted = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } })
  for (const request of [{ documentId: `sha256:${id}` }, { documentId: id }, persisted(id)])
    expect([namesDocument(request), namedDocument(operations, request)]).toEqual([true, document])
  for (const request of [
    { documentId: 7 },
    { documentId: { toString: 1 } },
    { documentId: `sha512:${id}` },
    { documentId: '__proto__' },
    persisted([id]),
  ])
    expect([namesDocument(request), namedDocument(operations, request)]).toEqual([true, undefined])
  for (const request of [
    {},
    { documentId: null },
    { extensions: null },
    { extensions: 7 },
    { extensions: { persistedQuery: null } },
  ])
    expect(namesDocument(request)).toBe(false)
})
