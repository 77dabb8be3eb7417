import { hash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  Source,
  validate,
  visit,
} from 'graphql'

/** An operation as its client sends it: `text` with the fragments it uses, in their canonical form, and the SHA-256 of it. */
type Operation = {
  name: string
  id: string
  text: string
  type: OperationDefinitionNode['operation']
  /** The name of its file, without the ending. */
  file: string
}

/** What a client asks: its operations by name, and the document of all of them together. */
export type Operations = { operations: readonly Operation[]; document: DocumentNode }

/** The documents of a client in a folder; a mistake in them is an Error that names the place. */
export class DocumentError extends Error {
  override name = 'DocumentError'
}

/** The fragments that a definition spreads, and those that these spread, by name in alphabetical order. */
const fragmentsOf = (
  definition: OperationDefinitionNode | FragmentDefinitionNode,
  all: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] => {
  const used = new Set<string>()
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name: { value } }) {
        if (used.has(value)) return
        used.add(value)
        collect(all.get(value)!)
      },
    })
  }
  collect(definition)
  return [...used].sort().map((name) => all.get(name)!)
}

const sdlFiles = (folder: string): string[] =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.graphql'))
        .sort()
        .map((file) => path.join(folder, file))
    : []

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** Asks every object for its type, as a client with a normalised cache needs it. */
const withTypenames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: {
      leave(node, _key, parent) {
        const isRoot = (parent as OperationDefinitionNode).kind === Kind.OPERATION_DEFINITION
        const isThere = node.selections.some((one) => one.kind === Kind.FIELD && one.name.value === '__typename')
        return isRoot || isThere ? undefined : { ...node, selections: [typename, ...node.selections] }
      },
    },
  })

export type ReadOptions = {
  /** Whether every object is asked for its type. */
  typenames?: boolean
}

/** Reads and validates every `.graphql` file below a folder. Throws a DocumentError that names the file and the line. */
export const readOperations = (
  schema: GraphQLSchema,
  folder: string,
  { typenames = false }: ReadOptions = {},
): Operations => {
  const definitions = sdlFiles(folder).flatMap((file) => {
    try {
      const read = parse(new Source(fs.readFileSync(file, 'utf8'), file))
      return (typenames ? withTypenames(read) : read).definitions
    } catch (error) {
      throw new DocumentError(String(error))
    }
  })
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions }
  const [problem] = validate(schema, document)
  if (problem) throw new DocumentError(String(problem))
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )
  const operations = definitions.flatMap((node): Operation[] => {
    if (node.kind !== Kind.OPERATION_DEFINITION) return []
    if (!node.name) throw new DocumentError(`An operation in ${node.loc?.source.name} has no name.`)
    const text = print({ kind: Kind.DOCUMENT, definitions: [node, ...fragmentsOf(node, fragments)] })
    const file = path.basename(node.loc!.source.name, '.graphql')
    return [{ name: node.name.value, type: node.operation, text, id: hash('sha256', text), file }]
  })
  return { operations: operations.sort((a, b) => (a.name < b.name ? -1 : 1)), document }
}

/** The manifest of operations that clients of ours may send, by id. */
export const printManifest = (clients: readonly Operations[]): string => {
  const entries = clients
    .flatMap(({ operations }) => operations)
    .map(({ id, name, text }) => [id, { name, document: text }] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify({ version: 1, operations: Object.fromEntries(entries) }, null, 2)}\n`
}
