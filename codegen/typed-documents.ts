import { codegen } from '@graphql-codegen/core'
import * as typescriptOperations from '@graphql-codegen/typescript-operations'
import { type GraphQLSchema, parse, printSchema } from 'graphql'
import type { Operations } from './operations.ts'

const heading = `// Made by \`npm run codegen\` from the schema and the documents beside it.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'

/** An operation with the types of its answer and variables; \`text\` is what is sent, \`id\` the SHA-256 it is trusted by. */
export type TypedOperation<Result, Variables> = DocumentTypeDecoration<Result, Variables> & {
  readonly name: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly id: string
  readonly text: string
}
`

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

/** A template literal of the text: what is readable in a file is readable in its review. */
const literal = (text: string): string => `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``

const typedOperation = ({ name, type, id, text }: Operations['operations'][number]): string => {
  const types = `${capital(name)}${capital(type)}`
  return `export const ${capital(name)}: TypedOperation<${types}, ${types}Variables> = {
  name: '${name}',
  type: '${type}',
  id: '${id}',
  text: ${literal(text)},
}
`
}

/** TypeScript with a typed constant for every operation, named as it. */
export const printTypedDocuments = async (
  schema: GraphQLSchema,
  { operations, document }: Operations,
): Promise<string> => {
  const types = await codegen({
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
  return [heading, types.trimEnd(), '', ...operations.map(typedOperation)].join('\n')
}
