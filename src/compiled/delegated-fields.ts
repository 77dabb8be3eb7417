import {
  type DocumentNode,
  execute,
  type FieldNode,
  type GraphQLField,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  isObjectType,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
} from 'graphql'
import type { Context } from '../resolvers/context.ts'
import { primeAnswer, primeTold } from '../resolvers/told-rows.ts'
import { sqlOf } from '../schema/sql-field.ts'
import type { DelegatedField } from './statement-writer.ts'
import { jsonOf, writingPlainTypes } from './write-json.ts'

/** The delegated fields of an operation, and the document that executes them for the rows that the statement has found. */
export type DelegatedOperation = { fields: readonly DelegatedField[]; document: DocumentNode }

const name = (value: string): NameNode => ({ kind: Kind.NAME, value })
const keyOf = (slot: number): string => `delegated${slot}`

/** The delegated part of an operation; null where its statement answers all of it. */
export const delegatedOperationOf = (
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly DelegatedField[],
): DelegatedOperation | null => {
  if (fields.length === 0) return null
  const selections = fields.map(
    ({ parent, nodes }, slot): FieldNode => ({
      kind: Kind.FIELD,
      alias: name(keyOf(slot)),
      name: name(parent.name),
      selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
    }),
  )
  const rest = { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections } } as const
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return { fields, document: { kind: Kind.DOCUMENT, definitions: [rest, ...fragments] } }
}

type Row = { id?: bigint }
/** What the statement writes in place of a delegated value: the number of the field, the id of the row, what is told of it, and what was asked. */
type Reference = [
  slot: number,
  id: string | null,
  told: unknown[] | null,
  answer: [asked: unknown, list: unknown[]] | null,
]

/** Finds the values of delegated fields, as JSON by the text that the statement wrote in their place; null where one is an error. */
export type ExecuteDelegated = (
  texts: readonly string[],
  delegated: DelegatedOperation,
  variables: Record<string, unknown>,
  context: Context,
) => Promise<ReadonlyMap<string, string> | null>

const isDelegated = (field: GraphQLField<unknown, unknown>): boolean => sqlOf(field)?.kind === 'delegated'

/** Executes delegated fields by the resolvers of the schema, once for each row. */
export const createDelegatedExecution = (schema: GraphQLSchema): ExecuteDelegated => {
  const writing = writingPlainTypes(schema)
  const types = Object.values(writing.getTypeMap()).filter(isObjectType)
  const parents = types.filter(
    (type) => type === writing.getQueryType() || Object.values(type.getFields()).some(isDelegated),
  )
  const rowsOf = new GraphQLObjectType<Record<string, Row[]>>({
    name: 'RowsOfStatement',
    fields: Object.fromEntries(
      parents.map((type) => [
        type.name,
        {
          type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))),
          resolve: (rows, _, _context, { path }) => rows[path.key],
        },
      ]),
    ),
  })
  const { types: all } = writing.toConfig()
  const rootedInRows = new GraphQLSchema({ query: rowsOf, types: all, assumeValid: true })

  return async (texts, { fields, document }, variables, context) => {
    const rows: Record<string, Row[]> = Object.fromEntries(fields.map((_, slot) => [keyOf(slot), []]))
    const references = texts.map((text) => {
      const [slot, id, told, answer] = JSON.parse(text) as Reference
      if (told) primeTold(context, fields[slot]!.told!, told)
      if (answer) primeAnswer(context, fields[slot]!.answers!, answer)
      return { text, slot, index: rows[keyOf(slot)]!.push(id === null ? {} : { id: BigInt(id) }) - 1 }
    })
    const { data, errors } = await execute({
      schema: rootedInRows,
      document,
      rootValue: rows,
      variableValues: variables,
      contextValue: context,
    })
    if (errors || !data) return null
    const answers = data as Record<string, Record<string, unknown>[]>
    const answerAt = (slot: number, index: number) => answers[keyOf(slot)]![index]![fields[slot]!.key]
    return new Map(references.map(({ text, slot, index }) => [text, jsonOf(answerAt(slot, index))]))
  }
}
