import {
  BREAK,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type SelectionNode,
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
  selections: 2_000,
  nameCharacters: 100,
}

const tooMuch = (what: string): GraphQLError =>
  new GraphQLError(`The document has too many ${what}.`, { extensions: { code: 'COST_LIMIT_EXCEEDED' } })

/** How many tokens a text has, counted up to a limit; undefined for text that stops being GraphQL before. */
const countTokens = (text: string, limit: number): number | undefined => {
  const lexer = new Lexer(new Source(text))
  try {
    let count = 0
    while (count < limit && lexer.advance().kind !== TokenKind.EOF) count++
    return count
  } catch {
    return undefined
  }
}

/** Whether a text has more tokens than a document may have; false for text that stops being GraphQL before. */
export const hasTooManyTokens = (text: string): boolean =>
  countTokens(text, documentLimits.tokens + 1) === documentLimits.tokens + 1

/** Whether a text has nothing but what GraphQL ignores: white space, commas and comments. */
export const isBlank = (text: string): boolean => countTokens(text, 1) === 0

/** The deepest nesting of fields, and the number of selections. */
type Extent = { depth: number; selections: number }

const together = (extents: readonly Extent[]): Extent => {
  const whole: Extent = { depth: 0, selections: 0 }
  for (const { depth, selections } of extents) {
    whole.depth = Math.max(whole.depth, depth)
    whole.selections += selections
  }
  return whole
}

/** The extent of a document with its fragments written out; introspection fields have no depth, a cycle is left to validation. */
const extentOf = ({ definitions }: DocumentNode): Extent => {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const known = new Map<string, Extent>()
  const below = (set: SelectionSetNode | undefined): Extent => together((set?.selections ?? []).map(ofSelection))
  const ofSelection = (node: SelectionNode): Extent => {
    const { depth, selections } =
      node.kind === Kind.FRAGMENT_SPREAD ? ofFragment(node.name.value) : below(node.selectionSet)
    if (node.kind !== Kind.FIELD) return { depth, selections: selections + 1 }
    return { depth: node.name.value.startsWith('__') ? 0 : depth + 1, selections: selections + 1 }
  }
  const ofFragment = (name: string): Extent => {
    let extent = known.get(name)
    if (extent) return extent
    // Met again before it is done, the fragment contains itself.
    known.set(name, together([]))
    extent = below(fragments.get(name)?.selectionSet)
    known.set(name, extent)
    return extent
  }
  return together(
    definitions.map((node) => (node.kind === Kind.OPERATION_DEFINITION ? below(node.selectionSet) : together([]))),
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
      // A name stands in the answer as often as its list is long.
      if (node.kind === Kind.NAME && node.value.length > documentLimits.nameCharacters)
        broken = tooMuch(`characters in one name: at most ${documentLimits.nameCharacters} are allowed`)
      // Validation compares each field of a place with each of the same name.
      if (node.kind === Kind.SELECTION_SET && node.selections.length > documentLimits.selectionsInOnePlace)
        broken = tooMuch(`fields in one place: at most ${documentLimits.selectionsInOnePlace} are allowed`)
      return broken ? BREAK : undefined
    },
  })
  if (broken) return broken
  const { depth, selections } = extentOf(document)
  if (depth > documentLimits.depth) return tooMuch(`levels: at most ${documentLimits.depth} are allowed`)
  // Fragments that spread others twice multiply what everything behind the guard walks through.
  if (selections > documentLimits.selections)
    return tooMuch(`fields with its fragments written out: at most ${documentLimits.selections} are allowed`)
  return null
}
