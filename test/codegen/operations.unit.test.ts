import { hash } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { printManifest, readOperations } from '../../codegen/operations.ts'
import { printTypedDocuments, printTypedFiles } from '../../codegen/typed-documents.ts'
import { readTrustedOperations } from '../../src/guard/trusted-operations.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const schema = buildSchema(`scalar DateTime  scalar BigInt  scalar JSON  scalar TimeZone
  type Query { thing(id: ID!, at: DateTime): Thing }  type Mutation { rename(id: ID!): Thing }
  type Thing { id: ID! count: BigInt! more: JSON other: Thing name: String }`)

const documents = {
  'b.graphql': '# A comment.\nquery Second($id: ID!, $at: DateTime) { thing(id: $id, at: $at) { ...Whole } }',
  'a/a.graphql': `query First { thing(id: "a\`\${b}\\\\") { id } }  fragment Whole on Thing { ...Part count more }`,
  'z.graphql': 'mutation Rename($id: ID!) { rename(id: $id) { ...Part } }  fragment Part on Thing { name }',
}

const folderOf = async (files: Record<string, string>) => {
  const directory = await temporaryDirectory('documents')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory.path, name)), { recursive: true })
    await writeFile(path.join(directory.path, name), text)
  }
  return directory
}

test('an operation is sent with the fragments it uses and no others, in one form however it was written', async () => {
  await using folder = await folderOf(documents)
  const { operations } = readOperations(schema, folder.path)
  expect(operations.map(({ name, type }) => `${type} ${name}`)).toEqual([
    'query First',
    'mutation Rename',
    'query Second',
  ])
  expect(operations[2]!.text).toBe(`query Second($id: ID!, $at: DateTime) {
  thing(id: $id, at: $at) {
    ...Whole
  }
}

fragment Part on Thing {
  name
}

fragment Whole on Thing {
  ...Part
  count
  more
}`)
  await using other = await folderOf({
    'one.graphql': Object.values(documents).toReversed().join('\n').replaceAll(' {', '\n{'),
  })
  const inOneFile = operations.map((one) => ({ ...one, file: 'one' }))
  expect(readOperations(schema, other.path).operations).toEqual(inOneFile)
})

test('for a normalised cache every object but the root is asked for its type, once', async () => {
  await using folder = await folderOf({
    'a.graphql': 'query A { thing(id: 1) { id other { __typename ...B } } }  fragment B on Thing { name }',
  })
  const [operation] = readOperations(schema, folder.path, { typenames: true }).operations
  expect(operation!.text).toBe(`query A {
  thing(id: 1) {
    __typename
    id
    other {
      __typename
      ...B
    }
  }
}

fragment B on Thing {
  __typename
  name
}`)
})

test('the manifest is one that the server reads, with the hash of each text as its id', async () => {
  await using folder = await folderOf(documents)
  const client = readOperations(schema, folder.path)
  const file = path.join(folder.path, 'trusted-operations.json')
  await writeFile(file, printManifest([client, client]))
  expect(readTrustedOperations(file, 'only')).toEqual(new Map(client.operations.map(({ id, text }) => [id, text])))
  for (const { id, text } of client.operations) expect(hash('sha256', text)).toBe(id)
})

test('typed documents hold exactly the texts, whatever characters are in them, and the types of the answers', async () => {
  await using folder = await folderOf(documents)
  const client = readOperations(schema, folder.path)
  const source = await printTypedDocuments(schema, client)
  const file = path.join(folder.path, 'generated.ts')
  await writeFile(file, source)
  await symlink(path.resolve('node_modules'), path.join(folder.path, 'node_modules'))
  const made = (await import(file)) as Record<string, { text: string; id: string; type: string }>
  for (const { name, id, text, type } of client.operations)
    expect(made[name]).toEqual({ ...parse(text), name, id, text, type })
  expect(source).toContain('readonly count: string')
  expect(source).toContain('readonly more: unknown')
  expect(source).toContain('at?: string | null | undefined')
})

test('typed files hold the operations of their file of documents, and one list of all', async () => {
  await using folder = await folderOf(documents)
  const client = readOperations(schema, folder.path)
  const files = await printTypedFiles(schema, client)
  for (const [name, text] of files) await writeFile(path.join(folder.path, name), text)
  await symlink(path.resolve('node_modules'), path.join(folder.path, 'node_modules'))
  const namesOf = async (file: string) => Object.keys(await import(path.join(folder.path, file))).sort()
  const made = ['a.ts', 'b.ts', 'graphql.ts', 'operation.ts', 'operations.ts', 'trusted-ids.ts', 'z.ts']
  expect([...files.keys()].sort()).toEqual(made)
  expect(await namesOf('a.ts')).toEqual(['First'])
  expect(files.get('graphql.ts')).toContain('export type FirstQuery')
  expect(await namesOf('operations.ts')).toEqual(['First', 'Rename', 'Second'])
})

test.each([
  ['query { thing(id: 1) { id } }', /An operation in .*one\.graphql has no name/],
  ['query A { thing { id } }', /argument "id" of type "ID!" is required[\s\S]*one\.graphql:1:11/],
  ['query A { thing(id: 1) { ...Missing } }', /Unknown fragment "Missing"[\s\S]*one\.graphql/],
  ['query A { thing(id: 1) { id } }  query A { thing(id: 2) { id } }', /only one operation named "A"/],
  ['query A { thing(id: 1) { id } }  fragment Unused on Thing { id }', /Fragment "Unused" is never used/],
  ['query A {', /Syntax Error[\s\S]*one\.graphql:1/],
])('%s is refused with its place', async (text, message) => {
  await using folder = await folderOf({ 'one.graphql': text })
  expect(() => readOperations(schema, folder.path)).toThrow(message)
})
