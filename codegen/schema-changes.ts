import {
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

/** A breaking change that was decided: as it is reported, why, and since when it is known. */
export type DeclaredChange = { change: string; reason: string; date: string }

/** The released schema, the one to come, and what was declared of the difference. */
export type SchemaChange = { released: GraphQLSchema; current: GraphQLSchema; declared: readonly DeclaredChange[] }

/** Sentences that fail the check, and others that only want to be read. */
export type SchemaFindings = { problems: string[]; remarks: string[] }

// An answer changes without a change of the question.
const silentChanges: readonly DangerousChangeType[] = [DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE]

/** What would break a client of the released schema, a sentence each. */
const breakingChanges = (released: GraphQLSchema, current: GraphQLSchema): string[] => [
  ...findBreakingChanges(released, current).map(({ description }) => description),
  ...findDangerousChanges(released, current)
    .filter(({ type }) => silentChanges.includes(type))
    .map(({ description }) => description),
]

const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text) : new Date(Number.NaN)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** Everything that is deprecated, with the reason. */
const deprecations = (schema: GraphQLSchema): { name: string; reason: string }[] => {
  const found: { name: string; reason: string }[] = []
  const note = (name: string, { deprecationReason }: { deprecationReason?: string | null }): void => {
    if (deprecationReason != null) found.push({ name, reason: deprecationReason })
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, field)
      for (const argument of field.args) note(`${type.name}.${field.name}(${argument.name}:)`, argument)
    }
  }
  return found
}

/**
 * Compares a schema with the released one: a breaking change that is not declared is a problem, as is a declaration of none or
 * one without a reason and a day, and a deprecation that does not say until when. `today` (YYYY-MM-DD) only makes remarks: a check
 * that passed must not fail by itself later.
 */
export const checkSchemaChange = ({ released, current, declared }: SchemaChange, today: string): SchemaFindings => {
  const changes = breakingChanges(released, current)
  const problems: string[] = []
  const remarks: string[] = []
  for (const change of changes)
    if (!declared.some((one) => one.change === change))
      problems.push(`${change} Clients break: take it back, or declare it in breaking-changes.json.`)
  for (const { change, reason, date } of declared) {
    if (!changes.includes(change))
      problems.push(`breaking-changes.json declares "${change}", which is no breaking change: remove the entry.`)
    else if (!reason.trim() || !isDay(date))
      problems.push(`breaking-changes.json must give a reason and a date like 2026-11-30 for "${change}".`)
  }
  for (const { name, reason } of deprecations(current)) {
    const until = /\(removed after (\d{4}-\d{2}-\d{2})\)/.exec(reason)?.[1]
    if (until === undefined || !isDay(until))
      problems.push(
        `${name} is deprecated and does not say until when: end the reason with (removed after YYYY-MM-DD).`,
      )
    else if (until < today) remarks.push(`${name} was to be removed after ${until}.`)
  }
  return { problems, remarks }
}

/** Reads the declarations of a file; throws TypeError for anything else. */
export const parseDeclaredChanges = (json: string): DeclaredChange[] => {
  const list: unknown = JSON.parse(json)
  const isChange = (one: unknown): one is DeclaredChange =>
    typeof one === 'object' &&
    one !== null &&
    (['change', 'reason', 'date'] as const).every((key) => typeof (one as Record<string, unknown>)[key] === 'string')
  if (!Array.isArray(list) || !list.every(isChange))
    throw new TypeError('breaking-changes.json must be a list of {"change", "reason", "date"}.')
  return list
}
