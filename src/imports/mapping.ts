import { z } from 'zod'
import { ConfigError } from '../lib/errors.ts'
import { type ImportKind, kinds } from './kinds.ts'

const instantForm = z.union([
  z.enum(['iso', 'seconds', 'milliseconds']),
  z.strictObject({ pattern: z.string().min(1).max(100), zone: z.string().min(1).max(60).default('UTC') }),
])

/** How the instants of a column are written: RFC 3339, a number since 1970, or a pattern of Joda with its time zone. */
export type InstantForm = z.infer<typeof instantForm>

const shape = z.strictObject({
  columns: z.record(z.string(), z.string().min(1).max(200)).default({}),
  instants: z.record(z.string(), instantForm).default({}),
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  delimiter: z
    .string()
    .regex(/^[^"\r\n]$/)
    .default(','),
})

/** How the columns of a file become ours. */
export type Mapping = z.infer<typeof shape>

/** A file with our own columns. */
export const ownColumns: Mapping = { columns: {}, instants: {}, constants: {}, delimiter: ',' }

/** Reads a mapping; a ConfigError of one sentence says what is wrong with it. */
export const parseMapping = (kind: ImportKind, text: string, name: string): Mapping => {
  const json = (): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      throw new ConfigError(`The mapping ${name} is not JSON.`)
    }
  }
  const { data, error } = shape.safeParse(json())
  if (!data) {
    const [issue] = error.issues
    const place = issue!.path.join('.') || 'It'
    throw new ConfigError(`The mapping ${name} can not be used: ${place}: ${issue!.message}.`)
  }
  const { fields } = kinds[kind]
  for (const part of ['columns', 'instants', 'constants'] as const) {
    const odd = Object.keys(data[part]).find((column) => !Object.hasOwn(fields, column))
    if (odd !== undefined)
      throw new ConfigError(
        `The mapping ${name} can not be used: ${part}.${odd} is no column of ${kind}, use one of ${Object.keys(fields).join(', ')}.`,
      )
  }
  const noInstant = Object.keys(data.instants).find((column) => fields[column]!.type !== 'instant')
  if (noInstant !== undefined)
    throw new ConfigError(`The mapping ${name} can not be used: instants.${noInstant} is a column without instants.`)
  return data
}

/** Which column of the file each of our columns is read from; columns that the file has not got are left out. */
export const sourcesOf = (
  kind: ImportKind,
  mapping: Mapping,
  present: readonly string[] | null,
): Map<string, string> => {
  const sources = new Map<string, string>()
  for (const field of Object.keys(kinds[kind].fields)) {
    if (Object.hasOwn(mapping.constants, field)) continue
    const source = mapping.columns[field] ?? field
    if (present === null || present.includes(source)) sources.set(field, source)
    else if (mapping.columns[field] !== undefined)
      throw new ConfigError(`The file has no column ${JSON.stringify(source)}, which the mapping names for ${field}.`)
  }
  for (const [field, { required }] of Object.entries(kinds[kind].fields))
    if (required && !sources.has(field) && !Object.hasOwn(mapping.constants, field))
      throw new ConfigError(
        `The file has no column ${field}, which ${kind} need: name the column that holds it in a mapping (--mapping).`,
      )
  return sources
}
