import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql'

/** What a subscription selects of its messages, without the arguments that decide which messages it gets. */
export type SharedSelection = {
  /** The operation without the arguments of its root field, and the fragments. */
  document: DocumentNode
  /** Equal texts mean equal selections. */
  text: string
  /** Names of the variables that the document still uses. */
  variables: readonly string[]
}

/**
 * Removes the arguments of the root field of a subscription. They decide which messages it gets, and all else decides how it
 * shows them. The root field must not need arguments to resolve a message.
 */
export const sharedSelection = (document: DocumentNode, operation: OperationDefinitionNode): SharedSelection => {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const byName = new Map<string, FragmentDefinitionNode>(fragments.map((node) => [node.name.value, node]))
  const rootArguments = new Set<unknown>()
  const find = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) for (const argument of node.arguments ?? []) rootArguments.add(argument)
      else find(node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : byName.get(node.name.value)!.selectionSet)
    }
  }
  find(operation.selectionSet)

  const used = new Set<string>()
  const withoutArguments = visit(
    { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] } satisfies DocumentNode,
    {
      Argument: (node) => (rootArguments.has(node) ? null : undefined),
      VariableDefinition: () => false,
      Variable: ({ name }) => void used.add(name.value),
    },
  )
  const shown = visit(withoutArguments, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null),
    SelectionSet: () => false,
  })
  return { document: shown, text: print(shown), variables: [...used].sort() }
}
