import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { PlatformName } from '../platforms/platform.ts'
import { pageSizeOf } from '../resolvers/page.ts'
import { takesInstants, withInstants } from '../schema/relative-instants.ts'

/** What one operation may cost: an upper bound on the number of values in its answer, and more for what is scanned to find them. */
export const maximumCost = 500_000

/** The cost of an operation beside what it may be, as every answer carries it. */
export type Cost = { requested: number; maximum: number }

/**
 * Says in a field's extensions how long a list is: the field itself, or the lists of the object it answers (nodes, points).
 * Throws an ApiError where it is longer than it may be.
 */
type ListSize = (args: Record<string, unknown>) => number

/**
 * Says in a field's extensions what it costs beside its answer, because its query reads many channels or a long range however little is selected.
 * Arguments that are wrong are missing; it must not throw.
 */
type ScanCost = (args: Record<string, unknown>) => number

/** How many channels there are, of a platform or of all. */
export type CountChannels = (platform: PlatformName | null) => number

/** Says in the extensions of a subscription's field with how many messages it begins. */
type StartSize = (args: Record<string, unknown>, channels: CountChannels) => number

// Lists that say nothing about their length are short.
const ordinaryListSize = 10

type Values = Record<string, unknown>

const argumentsOf = (
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Values,
  now: number,
): Values => {
  // Most fields have none, and reading them took a fifth of all the memory that a request takes.
  if (field.args.length === 0) return {}
  try {
    const args = getArgumentValues(field, node, variables)
    return takesInstants(field) ? withInstants(args, now) : args
  } catch {
    // The execution reports what is wrong with them.
    return {}
  }
}

/** How long the lists directly below a field are; undefined where its arguments do not say. */
const sizeBelow = (field: GraphQLField<unknown, unknown>, args: Values): number | undefined => {
  const { listSize } = field.extensions as { listSize?: ListSize }
  if (listSize) return listSize(args)
  return field.args.some(({ name }) => name === 'first') ? pageSizeOf(args) : undefined
}

const startSizeOf = (field: GraphQLField<unknown, unknown>, args: Values, channels: CountChannels): number => {
  const { startSize } = field.extensions as { startSize?: StartSize }
  return startSize ? Math.max(1, startSize(args, channels)) : 1
}

const scanCostOf = (field: GraphQLField<unknown, unknown>, args: Values): number => {
  const { scanCost } = field.extensions as { scanCost?: ScanCost }
  return scanCost ? scanCost(args) : 0
}

/** What an operation costs depends on it. */
export type Circumstances = {
  /** How many channels there are; absent, none. */
  channels?: CountChannels | undefined
  /** What "now" means, in milliseconds since the epoch. */
  now: number
}

/**
 * The values an operation can answer at most, a subscription at its start: one for each field and what it scans, times the lengths of
 * the lists around it. Introspection costs nothing, it answers from memory. Throws an ApiError where one of the lists is longer than it may be.
 */
export const costOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Values,
  { channels = () => 0, now }: Circumstances,
): number => {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  // A fragment spread in many places costs the same in each that has lists of the same length.
  const known = new Map<string, number>()

  const fieldOf = (type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined =>
    'getFields' in type ? type.getFields()[name] : undefined

  const ofField = (type: GraphQLCompositeType, node: FieldNode, lists: number | undefined): number => {
    const field = fieldOf(type, node.name.value)
    if (!field) return 0
    const args = argumentsOf(field, node, variables, now)
    const size = sizeBelow(field, args)
    const answer = getNamedType(field.type)
    const one =
      scanCostOf(field, args) +
      startSizeOf(field, args, channels) *
        (1 + (node.selectionSet && isCompositeType(answer) ? below(answer, node.selectionSet, size) : 0))
    return isListType(getNullableType(field.type)) ? one * (size ?? lists ?? ordinaryListSize) : one
  }

  const below = (type: GraphQLCompositeType, { selections }: SelectionSetNode, lists: number | undefined): number => {
    let sum = 0
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        if (!node.name.value.startsWith('__')) sum += ofField(type, node, lists)
        continue
      }
      const condition =
        node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)?.typeCondition : node.typeCondition
      const named = condition ? schema.getType(condition.name.value) : type
      const inner = isObjectType(named) || isAbstractType(named) ? named : type
      if (node.kind === Kind.INLINE_FRAGMENT) {
        sum += below(inner, node.selectionSet, lists)
        continue
      }
      const key = `${node.name.value} ${lists}`
      let cost = known.get(key)
      if (cost === undefined) {
        cost = below(inner, fragments.get(node.name.value)!.selectionSet, lists)
        known.set(key, cost)
      }
      sum += cost
    }
    return sum
  }
  return below(schema.getRootType(operation.operation)!, operation.selectionSet, undefined)
}
