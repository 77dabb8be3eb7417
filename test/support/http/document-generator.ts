import fc from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

/** A document with the variables that go with it. */
export type GeneratedOperation = { query: string; variables: Record<string, unknown> }

export type GeneratorOptions = {
  schema: GraphQLSchema
  /** Values worth trying for an argument, by its name; others are made up from its type. */
  values: Readonly<Record<string, readonly unknown[]>>
  /** Fields that are never selected, as `Type.field`. */
  without?: ReadonlySet<string>
}

type Draw = fc.GeneratorValue

/** JSON as GraphQL writes it; enumeration values come as symbols, and only literals have them. */
const literal = (value: unknown): string => {
  if (typeof value === 'symbol') return value.description!
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${literal(part)}`)
      .join(', ')} }`
  return JSON.stringify(value)
}

/** The same value for a variable. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'symbol') return value.description
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
  return value
}

/** Writes one operation with everything that documents can have. */
class Author {
  readonly #draw: Draw
  readonly #options: GeneratorOptions
  readonly #declared: string[] = []
  readonly #fragments: string[] = []
  readonly #variables: Record<string, unknown> = {}
  #names = 0
  #fields = 0

  constructor(draw: Draw, options: GeneratorOptions) {
    this.#draw = draw
    this.#options = options
  }

  operation(): GeneratedOperation {
    const selection = this.#selection(this.#options.schema.getQueryType()!, 0)
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : ''
    return { query: [`query Q${declared} ${selection}`, ...this.#fragments].join('\n'), variables: this.#variables }
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#draw(fc.integer, { min: 0, max: values.length - 1 })]!
  }

  /** True once in so many times. */
  #once(times: number): boolean {
    return this.#draw(fc.integer, { min: 1, max: times }) === 1
  }

  #name(letter: string): string {
    return `${letter}${++this.#names}`
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const count = this.#draw(fc.integer, { min: 1, max: depth === 0 ? 3 : 6 })
    const parts = Array.from({ length: count }, () => this.#part(type, depth))
    return `{ ${parts.join(' ')} }`
  }

  #part(type: GraphQLCompositeType, depth: number): string {
    if (depth > 0 && this.#once(9)) {
      const possible = isObjectType(type) ? [type] : this.#options.schema.getPossibleTypes(type)
      const inner = this.#pick<GraphQLCompositeType>([...possible, type])
      const selection = this.#selection(inner, depth)
      if (this.#once(2)) return `... on ${inner.name}${this.#directives()} ${selection}`
      const name = this.#name('F')
      this.#fragments.push(`fragment ${name} on ${inner.name} ${selection}`)
      return `...${name}${this.#directives()}`
    }
    const fields = 'getFields' in type ? Object.values(type.getFields()) : []
    const known = fields.filter((field) => !this.#options.without?.has(`${type.name}.${field.name}`))
    const leaves = known.filter(({ type }) => !isCompositeType(getNamedType(type)))
    const full = depth > 4 || this.#fields > 60
    const choice = full ? leaves : known
    if (choice.length === 0 || this.#once(12)) return `${this.#alias('__typename')}__typename${this.#directives()}`
    return this.#field(this.#pick(choice), depth)
  }

  /** Mostly one that no other field has: fields of one name must agree. */
  #alias(field: string): string {
    if (this.#once(50)) return `${this.#pick(['x', 'id', 'c1', 'row'])}: `
    return this.#once(6) ? `${this.#pick(['a', 'b'])}_${field}: ` : ''
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    this.#fields++
    const given = field.args.filter(
      ({ type, name }) => isNonNullType(type) || this.#once(name === 'first' || name === 'slug' ? 2 : 5),
    )
    // Fields with arguments get names of their own: those of one name must agree in them.
    const alias = field.args.length > 0 ? `${this.#name('f')}: ` : this.#alias(field.name)
    const args = given.length > 0 ? `(${given.map((arg) => this.#argument(arg)).join(', ')})` : ''
    const type = getNamedType(field.type)
    const below = isCompositeType(type) ? ` ${this.#selection(type, depth + 1)}` : ''
    return `${alias}${field.name}${args}${this.#directives()}${below}`
  }

  #argument({ name, type }: GraphQLArgument): string {
    const value = this.#value(name, type)
    if (!this.#once(3)) return `${name}: ${literal(value)}`
    const variable = this.#name('v')
    const fallback = this.#once(6) ? ` = ${literal(this.#value(name, type))}` : ''
    this.#declared.push(`$${variable}: ${type}${fallback}`)
    if (!this.#once(8)) this.#variables[variable] = plain(value)
    return `${name}: $${variable}`
  }

  #value(name: string, type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#present(name, type.ofType as GraphQLInputType)
    return this.#once(12) ? null : this.#present(name, type)
  }

  #present(name: string, type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#present(name, type.ofType as GraphQLInputType)
    if (isListType(type)) {
      const length = this.#draw(fc.integer, { min: 0, max: 4 })
      return Array.from({ length }, () => this.#value(name, type.ofType))
    }
    if (isEnumType(type)) return Symbol(this.#pick(type.getValues()).name)
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || this.#once(3))
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.name, field.type)]))
    }
    const known = this.#options.values[name]
    if (known) return this.#pick(known)
    return { Boolean: this.#once(2), Int: this.#pick([0, 1, 7]) }[type.name as 'Int'] ?? this.#pick(['', 'text', 'ünï'])
  }

  #directives(): string {
    if (!this.#once(14)) return ''
    const name = this.#pick(['skip', 'include'])
    const value = this.#once(2)
    if (this.#once(2)) return ` @${name}(if: ${value})`
    const variable = this.#name('v')
    this.#declared.push(`$${variable}: Boolean!`)
    this.#variables[variable] = value
    return ` @${name}(if: $${variable})`
  }
}

/** Queries of a schema, most of them valid, with arguments right and wrong, variables, fragments, aliases and directives. */
export const operationsOf = (options: GeneratorOptions): fc.Arbitrary<GeneratedOperation> =>
  fc.gen().map((draw) => new Author(draw, options).operation())
