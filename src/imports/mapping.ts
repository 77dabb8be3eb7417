import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import { type ImportKind, kinds } from './kinds.ts'

const shortText = (most: number) => {
  const words = `must have 1 to ${most} characters`
  return z.string('must be a text').min(1, words).max(most, words)
}

const instantWords = 'must be iso, seconds, milliseconds or an object with pattern and zone'

const instantForm = z.union(
  [
    z.enum(['iso', 'seconds', 'milliseconds']),
    z.strictObject({ pattern: shortText(100), zone: shortText(60).default('UTC') }, instantWords),
  ],
  instantWords,
)

/** How the instants of a column are written: RFC 3339, a number since 1970, or a pattern of Joda with its time zone. */
export type InstantForm = z.infer<typeof instantForm>

const byColumn = <T extends z.ZodType>(value: T) => z.record(z.string(), value, 'must be an object')

const shape = z.strictObject({
  columns: byColumn(shortText(200)).default({}),
  instants: byColumn(instantForm).default({}),
  constants: byColumn(
    z.union([z.string(), z.number(), z.boolean()], 'must be a text, a number, true or false').transform(String),
  ).default({}),
  delimiter: z
    .string('must be a text')
    .regex(/^[\t !#-~]$/, 'must be one printable character of ASCII that is no quotation mark, or a tab')
    .default(','),
})

/** How the columns of a file become ours. */
export type Mapping = z.infer<typeof shape>

/** A file with our own columns. */
export const ownColumns: Mapping = { columns: {}, instants: {}, constants: {}, delimiter: ',' }

/** What is wrong with a mapping, and where. */
const wrongPart = ({ code, path, message, ...issue }: z.core.$ZodIssue): string => {
  if (path.length > 0) return `${path.join('.')} ${message}`
  const odd = code === 'unrecognized_keys' && 'keys' in issue ? issue.keys.join(', ') : null
  if (odd === null) return 'it must be an object'
  return `${odd} is no part of a mapping, use ${Object.keys(shape.shape).join(', ')}`
}

/** Reads a mapping; a ConfigError of one sentence says what is wrong with it. `checkInstants` judges its patterns and zones. */
export const parseMapping = (kind: ImportKind, text: string, name: string): Mapping => {
  const refuse = (why: string): never => {
    throw new ConfigError(`The mapping ${name} can not be used: ${why}.`)
  }
  const json = (): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      throw new ConfigError(`The mapping ${name} is not JSON.`)
    }
  }
  const { data, error } = shape.safeParse(json())
  if (!data) return refuse(wrongPart(error.issues[0]!))
  const { fields } = kinds[kind]
  for (const part of ['columns', 'instants', 'constants'] as const) {
    const odd = Object.keys(data[part]).find((column) => !Object.hasOwn(fields, column))
    if (odd !== undefined)
      refuse(`${part}.${odd} is no column of ${kind}, use one of ${Object.keys(fields).join(', ')}`)
  }
  const noInstant = Object.keys(data.instants).find((column) => fields[column]!.type !== 'instant')
  if (noInstant !== undefined) refuse(`instants.${noInstant} is a column without instants`)
  return data
}

/**
 * Which column of the file each of our columns is read from; columns that the file has not got are left out. `present` are the names that the file
 * has, null where each row has its own: spaces around a name do not tell it from another.
 */
export const sourcesOf = (
  kind: ImportKind,
  mapping: Mapping,
  present: readonly string[] | null,
  fileName: string,
): Map<string, string> => {
  const find = (wanted: string): string | undefined => {
    if (present === null) return wanted
    const found = present.filter((name) => name.trim() === wanted.trim())
    if (found.length > 1) throw new ConfigError(`${fileName} has the column ${JSON.stringify(wanted)} twice.`)
    return found[0]
  }
  const sources = new Map<string, string>()
  for (const field of Object.keys(kinds[kind].fields)) {
    if (Object.hasOwn(mapping.constants, field)) continue
    const wanted = mapping.columns[field] ?? field
    const source = find(wanted)
    if (source !== undefined) sources.set(field, source)
    else if (mapping.columns[field] !== undefined)
      throw new ConfigError(
        `${fileName} has no column ${JSON.stringify(wanted)}, which the mapping names for ${field}.`,
      )
  }
  for (const [field, { required }] of Object.entries(kinds[kind].fields))
    if (required && !sources.has(field) && !Object.hasOwn(mapping.constants, field))
      throw new ConfigError(
        `${fileName} has no column ${field}, which ${kind} need: name the column that holds it in a mapping (--mapping).`,
      )
  return sources
}
