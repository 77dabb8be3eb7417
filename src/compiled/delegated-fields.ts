import {
  type DocumentNode,
  execute,
  type FieldNode,
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
import { type ProbedRows, primeProbed, probedChannels, probedSessions } from '../resolvers/probed-rows.ts'
import { valueMarks } from './finish-json.ts'
import type { DelegatedField, WriteField } from './statement-writer.ts'

/** What a statement tells on the way of rows whose series are asked for, by their type. */
const watchedRows: Readonly<Record<string, ProbedRows<unknown>>> = {
  Channel: probedChannels,
  StreamSession: probedSessions,
}

const left =
  (key: (alias: string) => string, isWatched: boolean): WriteField =>
  (writer, row, field) => {
    const watched = isWatched && writer.isFirstOf(row) ? watchedRows[field.parent.name]!.sql(row.alias) : 'NULL'
    return { sql: `json_build_array(${writer.delegate(field)}, ${key(row.alias)}, ${watched})`, mark: valueMarks.left }
  }

const ofRow = (alias: string): string => `${alias}.id::text`
const series = left(ofRow, true)
const otherSide = left(ofRow, false)

/** A field of Query that has nothing to do with the rows of the statement. */
export const delegatedQueryField = left(() => 'NULL', false)

/** The fields whose values are in another store; their resolvers need the key of the row and no more. */
export const delegatedFields: Readonly<Record<string, WriteField>> = {
  'Channel.claims': otherSide,
  'Channel.trustScore': otherSide,
  'Channel.chatActivity': otherSide,
  'Channel.chatDaily': otherSide,
  'Channel.chatMessages': otherSide,
  'Channel.chatTotals': otherSide,
  'Channel.follows': otherSide,
  'Channel.followers': series,
  'Channel.trustScoreHistory': series,
  'Channel.viewers': series,
  'StreamSession.averageViewers': series,
  'StreamSession.hoursWatched': series,
  'StreamSession.peakViewers': series,
  'StreamSession.timeline': series,
}

/** What an operation asks for beyond its statement: the fields, and the document that executes them of the rows that were found. */
export type DelegatedOperation = { fields: readonly DelegatedField[]; document: DocumentNode }

const name = (value: string): NameNode => ({ kind: Kind.NAME, value })
const keyOf = (slot: number): string => `left${slot}`

/** What is left of an operation; null where nothing is. */
export const delegatedOperationOf = (
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
  left: readonly DelegatedField[],
): DelegatedOperation | null => {
  if (left.length === 0) return null
  const selections = left.map(
    ({ parent, nodes }, slot): FieldNode => ({
      kind: Kind.FIELD,
      alias: name(keyOf(slot)),
      name: name(parent.name),
      selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
    }),
  )
  const rest = { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections } } as const
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return { fields: left, document: { kind: Kind.DOCUMENT, definitions: [rest, ...fragments] } }
}

type Row = { id?: bigint }
type Place = [slot: number, key: string | null, watched: unknown[] | null]

/** Finds what statements have left, as JSON by the texts that stand for it; null where something of it is an error. */
export type ExecuteDelegated = (
  texts: readonly string[],
  delegated: DelegatedOperation,
  variables: Record<string, unknown>,
  context: Context,
) => Promise<ReadonlyMap<string, string> | null>

/** Finds it by the resolvers of the schema, once for each row. */
export const createDelegatedExecution = (schema: GraphQLSchema): ExecuteDelegated => {
  const parents = new Set(['Query', ...Object.keys(delegatedFields).map((field) => field.split('.')[0]!)])
  const types = [...parents].map((parent) => schema.getType(parent)).filter(isObjectType)
  const rowsOf = new GraphQLObjectType<Record<string, Row[]>>({
    name: 'RowsOfStatement',
    fields: Object.fromEntries(
      types.map((type) => [
        type.name,
        {
          type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))),
          resolve: (rows, _, _context, { path }) => rows[path.key],
        },
      ]),
    ),
  })
  const { types: all } = schema.toConfig()
  const rootedInRows = new GraphQLSchema({ query: rowsOf, types: all, assumeValid: true })

  return async (texts, { fields: left, document }, variables, context) => {
    const rows: Record<string, Row[]> = Object.fromEntries(left.map((_, slot) => [keyOf(slot), []]))
    const places = texts.map((text) => {
      const [slot, key, watched] = JSON.parse(text) as Place
      if (watched) primeProbed(context, watchedRows[left[slot]!.parent.name]!, watched)
      return { text, slot, index: rows[keyOf(slot)]!.push(key === null ? {} : { id: BigInt(key) }) - 1 }
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
    const answerAt = (slot: number, index: number) => answers[keyOf(slot)]![index]![left[slot]!.key]
    return new Map(places.map(({ text, slot, index }) => [text, JSON.stringify(answerAt(slot, index))]))
  }
}
