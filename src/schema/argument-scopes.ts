import { type GraphQLField, type GraphQLInputType, getNamedType, isEnumType, isInputObjectType } from 'graphql'
import { forbidden, type Scopes } from './forbidden.ts'

/**
 * The extensions of an argument, an input field or an enum value by which a caller would learn what only callers with a scope may
 * read: a filter or an order tells of a field as much as the field itself.
 */
export const askedBy = (scope: keyof Scopes): { askedBy: keyof Scopes } => ({ askedBy: scope })

type Field = GraphQLField<unknown, unknown>
type Part = { name: string; extensions: object }

const scopeOf = ({ extensions }: Part): keyof Scopes | undefined =>
  (extensions as Partial<ReturnType<typeof askedBy>>).askedBy

/** The parts of a value that a caller has named, each by its own name in the schema. Null, and what is left out, ask for nothing. */
const partsOf = function* (
  part: Part & { type: GraphQLInputType },
  owner: string,
  value: unknown,
): Generator<[string, Part]> {
  if (value == null) return
  yield [owner, part]
  const type = getNamedType(part.type)
  for (const one of Array.isArray(value) ? value : [value]) {
    if (isEnumType(type)) {
      const named = type.getValues().find((known) => known.value === one)
      if (named) yield [`${type.name}.${named.name}`, named]
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        yield* partsOf(field, `${type.name}.${field.name}`, (one as Record<string, unknown> | null)?.[field.name])
    }
  }
}

const typeIsScoped = (type: GraphQLInputType, seen: Set<unknown>): boolean => {
  const named = getNamedType(type)
  if (seen.has(named)) return false
  seen.add(named)
  if (isEnumType(named)) return named.getValues().some((value) => scopeOf(value) !== undefined)
  if (!isInputObjectType(named)) return false
  return Object.values(named.getFields()).some(
    (field) => scopeOf(field) !== undefined || typeIsScoped(field.type, seen),
  )
}

const known = new WeakMap<Field, boolean>()

/** Whether any caller may be refused for the arguments of a field. */
export const hasScopedArguments = (field: Field): boolean => {
  let is = known.get(field)
  if (is === undefined) {
    is = field.args.some((arg) => scopeOf(arg) !== undefined || typeIsScoped(arg.type, new Set()))
    known.set(field, is)
  }
  return is
}

/** Throws FORBIDDEN where the coerced arguments of a field name anything that these scopes do not allow to ask with. */
export const requireScopes = (parent: string, field: Field, args: Record<string, unknown>, scopes: Scopes): void => {
  if (!hasScopedArguments(field)) return
  for (const arg of field.args)
    for (const [name, part] of partsOf(arg, `${parent}.${field.name}(${arg.name})`, args[arg.name])) {
      const scope = scopeOf(part)
      if (scope !== undefined && !scopes[scope]) throw forbidden(name, scope, scopes)
    }
}
