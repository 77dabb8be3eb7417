import {
  BREAK,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type SelectionSetNode,
  Source,
  TokenKind,
  visit,
} from 'graphql'

/** What a document may hold at most, whoever sends it. */
export const documentLimits = {
  tokens: 1_000,
  depth: 12,
  aliases: 30,
  directivesInOnePlace: 5,
  selectionsInOnePlace: 100,
}

const tooMuch = (what: string): GraphQLError =>
  new GraphQLError(`The document has too many ${what}.`, { extensions: { code: 'COST_LIMIT_EXCEEDED' } })

/** Whether a text has more tokens than a document may have; false for text that stops being GraphQL before. */
export const hasTooManyTokens = (text: string): boolean => {
  const lexer = new Lexer(new Source(text))
  try {
    for (let count = 0; count <= documentLimits.tokens; count++)
      if (lexer.advance().kind === TokenKind.EOF) return false
    return true
  } catch {
    return false
  }
}

/** The deepest nesting of fields, fragments followed; introspection fields count nothing, a cycle is left to validation. */
const depthOf = (document: DocumentNode): number => {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const depths = new Map<string, number>()
  const below = ({ selections }: SelectionSetNode): number =>
    selections.reduce((deepest, node) => {
      if (node.kind === Kind.INLINE_FRAGMENT) return Math.max(deepest, below(node.selectionSet))
      if (node.kind === Kind.FRAGMENT_SPREAD) return Math.max(deepest, ofFragment(node.name.value))
      if (node.name.value.startsWith('__')) return deepest
      return Math.max(deepest, 1 + (node.selectionSet ? below(node.selectionSet) : 0))
    }, 0)
  const ofFragment = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    // Met again before it is done, the fragment contains itself.
    depths.set(name, 0)
    const fragment = fragments.get(name)
    const depth = fragment ? below(fragment.selectionSet) : 0
    depths.set(name, depth)
    return depth
  }
  return Math.max(
    0,
    ...document.definitions.map((node) => (node.kind === Kind.OPERATION_DEFINITION ? below(node.selectionSet) : 0)),
  )
}

/** The first limit that a document breaks, or null. */
export const brokenLimit = (document: DocumentNode): GraphQLError | null => {
  let aliases = 0
  let broken: GraphQLError | null = null
  visit(document, {
    enter(node) {
      if (node.kind === Kind.FIELD && node.alias && ++aliases > documentLimits.aliases)
        broken = tooMuch(`aliases: at most ${documentLimits.aliases} are allowed`)
      if ('directives' in node && (node.directives?.length ?? 0) > documentLimits.directivesInOnePlace)
        broken = tooMuch(`directives in one place: at most ${documentLimits.directivesInOnePlace} are allowed`)
      // Validation compares each field of a place with each of the same name.
      if (node.kind === Kind.SELECTION_SET && node.selections.length > documentLimits.selectionsInOnePlace)
        broken = tooMuch(`fields in one place: at most ${documentLimits.selectionsInOnePlace} are allowed`)
      return broken ? BREAK : undefined
    },
  })
  if (broken) return broken
  return depthOf(document) > documentLimits.depth
    ? tooMuch(`levels: at most ${documentLimits.depth} are allowed`)
    : null
}
