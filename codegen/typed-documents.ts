import { codegen } from '@graphql-codegen/core'
import * as typescriptOperations from '@graphql-codegen/typescript-operations'
import { type GraphQLSchema, parse, printSchema } from 'graphql'
import type { Operations } from './operations.ts'

const heading = '// Made by `npm run codegen` from the schema and the documents beside it.'

const helper = `import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'

/** An operation with the types of its answer and variables; \`text\` is what is sent, \`id\` the SHA-256 it is trusted by. */
export type TypedOperation<Result, Variables> = TypedDocumentNode<Result, Variables> & {
  readonly name: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly id: string
  readonly text: string
}

const operation = <Result, Variables>(
  named: Pick<TypedOperation<Result, Variables>, 'name' | 'type' | 'id' | 'text'>,
): TypedOperation<Result, Variables> => ({ ...parse(named.text), ...named })
`

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

/** A template literal of the text: what is readable in a file is readable in its review. */
const literal = (text: string): string => `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``

const typedOperation = ({ name, type, id, text }: Operations['operations'][number]): string => {
  const types = `${capital(name)}${capital(type)}`
  return `export const ${capital(name)} = /* @__PURE__ */ operation<${types}, ${types}Variables>({
  name: '${name}',
  type: '${type}',
  id: '${id}',
  text: ${literal(text)},
})
`
}

const printTypes = (schema: GraphQLSchema, document: Operations['document']): Promise<string> =>
  codegen({
    filename: 'graphql.ts',
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents: [{ location: 'documents.graphql', document }],
    config: {
      scalars: { ID: 'string', DateTime: 'string', BigInt: 'string', TimeZone: 'string', JSON: 'unknown' },
      strictScalars: true,
      enumType: 'string-literal',
      skipTypename: true,
      useTypeImports: true,
      immutableTypes: true,
      arrayInputCoercion: false,
      dedupeFragments: true,
    },
    plugins: [{ typescriptOperations: {} }],
    pluginMap: { typescriptOperations },
    skipDocumentsValidation: true,
  })

/** TypeScript with a typed constant for every operation, named as it. */
export const printTypedDocuments = async (
  schema: GraphQLSchema,
  { operations, document }: Operations,
): Promise<string> => {
  const types = await printTypes(schema, document)
  return [heading, helper, types.trimEnd(), '', ...operations.map(typedOperation)].join('\n')
}

/** The id of each operation by its name. */
const printIds = (operations: Operations['operations']): string => {
  const lines = operations.map(({ name, id }) => `  ${name}: '${id}',`)
  return [heading, 'export const trustedIds: Readonly<Record<string, string>> = {', ...lines, '}', ''].join('\n')
}

const typesOf = ({ name, type }: Operations['operations'][number]): string[] => {
  const types = `${capital(name)}${capital(type)}`
  return [types, `${types}Variables`]
}

/**
 * The same as a file for each file of documents, by the names of the files: a page loads only the operations that it sends. `graphql.ts` has
 * the types, `operations.ts` all operations, `trusted-ids.ts` their ids.
 */
export const printTypedFiles = async (
  schema: GraphQLSchema,
  { operations, document }: Operations,
): Promise<Map<string, string>> => {
  const files = [...new Set(operations.map(({ file }) => file))].sort()
  const types = await printTypes(schema, document)
  const index = files.map((file) => `export * from './${file}.ts'`)
  return new Map([
    ['graphql.ts', [heading, types.trimEnd(), ''].join('\n')],
    ['operations.ts', [heading, ...index, ''].join('\n')],
    ['trusted-ids.ts', printIds(operations)],
    ['operation.ts', [heading, helper.replace('const operation', 'export const operation')].join('\n')],
    ...files.map((file) => {
      const own = operations.filter((one) => one.file === file)
      const imported = own.flatMap(typesOf).sort().join(', ')
      const imports = [`import type { ${imported} } from './graphql.ts'`, `import { operation } from './operation.ts'`]
      return [`${file}.ts`, [heading, ...imports, '', ...own.map(typedOperation)].join('\n')] as const
    }),
  ])
}
