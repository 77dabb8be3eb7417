import fs from 'node:fs'
import path from 'node:path'
import helper, { type DMMF } from '@prisma/generator-helper'

// A generator of Prisma: writes the tables and columns of every model as a typed constant, from which the SQL in src/ derives its lists.

const sqlTypes: Record<string, string> = {
  BigInt: 'bigint',
  Boolean: 'boolean',
  Bytes: 'bytea',
  DateTime: 'timestamptz',
  Float: 'double precision',
  Int: 'integer',
  Json: 'jsonb',
  String: 'text',
}

const typeOf = ({ type, nativeType, name }: DMMF.Field): string => {
  if (nativeType?.[0] === 'Uuid') return 'uuid'
  const known = sqlTypes[type]
  if (!known) throw new Error(`The field ${name} has the type ${type}, which the model generator does not know.`)
  return known
}

const printColumn = (field: DMMF.Field): string => {
  const isConstant = ['boolean', 'number'].includes(typeof field.default)
  const otherwise = isConstant ? `, otherwise: '${field.default}'` : ''
  return `      ${field.name}: { name: '${field.dbName ?? field.name}', type: '${typeOf(field)}'${otherwise} },`
}

const printModel = ({ name, schema, dbName, fields }: DMMF.Model): string => {
  const columns = fields.filter(({ kind }) => kind === 'scalar')
  return [
    `  ${name}: {`,
    `    table: '${schema}.${dbName ?? name}',`,
    '    columns: {',
    ...columns.map(printColumn),
    '    },',
    '  },',
  ].join('\n')
}

const printModels = (models: readonly DMMF.Model[]): string => {
  const factsOf = (print: (name: string, names: string[]) => string): string =>
    models
      .map(({ name, fields }) => {
        const marked = fields.filter(({ documentation }) => /^@fact$/m.test(documentation ?? ''))
        return { name, names: marked.map((field) => `'${field.name}'`) }
      })
      .filter(({ names }) => names.length > 0)
      .map(({ name, names }) => print(name, names))
      .join('\n')
  return `import type * as client from './client/client.ts'

/** The row of each model: its fields with their types. */
export type ModelRows = {
${models.map(({ name }) => `  ${name}: client.${name}`).join('\n')}
}

/** The table of each model with its schema, and its columns by field; \`otherwise\` is a default that is a constant. */
export const models = {
${models.map(printModel).join('\n')}
} as const

/** The facts of a model: its fields that are marked with @fact. Observations set them, and only newer ones change them. */
export type Facts = {
${factsOf((name, names) => `  ${name}: Pick<client.${name}, ${names.join(' | ')}>`)}
}
export const facts: { readonly [Model in keyof Facts]: readonly (keyof Facts[Model])[] } = {
${factsOf((name, names) => `  ${name}: [${names.join(', ')}],`)}
}

/** What an observation may tell of the facts of a model; an absent value is unknown. */
export type Observed<Model extends keyof Facts> = { [Fact in keyof Facts[Model]]?: NonNullable<Facts[Model][Fact]> }
`
}

helper.generatorHandler({
  onManifest: () => ({ prettyName: 'Tables and columns of the models', defaultOutput: '../generated/models.ts' }),
  async onGenerate({ generator, dmmf }) {
    const file = generator.output!.value!
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, printModels(dmmf.datamodel.models))
  },
})
