import fs from 'node:fs'
import path from 'node:path'
import { buildSchema, isScalarType, isSpecifiedScalarType } from 'graphql'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8')
const page = read('docs/clients.md')
const scalars = Object.values(buildSchema(read('schema.graphql')).getTypeMap())
  .filter((type) => isScalarType(type) && !isSpecifiedScalarType(type))
  .map(({ name }) => name)
  .sort()

test('the code on the page of clients is the code that the tests run', () => {
  const blocks = [...page.matchAll(/```ts file=(\S+)\n([^`]*(?:`[^`]+`[^`]*)*?)```/g)]
  expect(blocks.map(([, file]) => file)).toEqual(
    fs
      .readdirSync(path.join(root, 'clients/live-status'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `clients/live-status/${name}`)
      .sort((a, b) => page.indexOf(a) - page.indexOf(b)),
  )
  for (const [, file, code] of blocks) expect(code, file).toBe(read(file!))
})

test('the page of clients gives a type to every scalar of the schema', () => {
  const json = page.match(/```json\n([\s\S]*?)```/)![1]!
  expect(Object.keys(JSON.parse(json).customScalarTypes).sort()).toEqual(scalars)
  const listed = page.match(/scalars: \{ (.*) \}/)![1]!
  expect([...listed.matchAll(/(\w+):/g)].map(([, name]) => name).sort()).toEqual(scalars)
})
