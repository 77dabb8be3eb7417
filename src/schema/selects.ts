import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** Whether the caller selects the field at a path below the one being resolved, such as `points.chatters`. */
export const selects = (info: GraphQLResolveInfo, path: string): boolean => {
  const inside = (set: SelectionSetNode | undefined, names: readonly string[]): boolean => {
    const [name, ...rest] = names
    if (name === undefined) return true
    return (set?.selections ?? []).some((node) => {
      if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if === true) return false
      if (getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if === false) return false
      if (node.kind === Kind.FIELD) return node.name.value === name && inside(node.selectionSet, rest)
      if (node.kind === Kind.INLINE_FRAGMENT) return inside(node.selectionSet, names)
      return inside(info.fragments[node.name.value]?.selectionSet, names)
    })
  }
  return info.fieldNodes.some(({ selectionSet }) => inside(selectionSet, path.split('.')))
}
