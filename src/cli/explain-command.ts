import fs from 'node:fs'
import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { z } from 'zod'
import type { Value } from '../commands/command.ts'
import { text } from '../commands/values.ts'
import { type BoundPlan, createPlans, type Plans } from '../compiled/plans.ts'
import { readConfig } from '../config/config.ts'
import { ConfigError, reasonText, UsageError } from '../lib/errors.ts'
import { silentLog } from '../lib/log.ts'
import { createPageCursors, type PageCursorCodec } from '../resolvers/page-cursor.ts'
import { buildSchema } from '../schema/schema.ts'
import { openPostgres, type Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { dmUrlOf } from './dm-url.ts'
import { programCommand } from './program-command.ts'
import { sampleVariables } from './sample-variables.ts'

type Variables = Readonly<Record<string, unknown>>

const jsonObject: Value<Variables> = {
  form: '<json>',
  must: 'a JSON object of variables by their names',
  read(word) {
    try {
      const value: unknown = JSON.parse(word)
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Variables) : undefined
    } catch {
      return undefined
    }
  },
}

const readFile = (file: string): string => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`${file} can not be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

/** The document in a file; a ConfigError where it is none that the schema allows. */
const readDocument = (schema: GraphQLSchema, file: string): DocumentNode => {
  const source = readFile(file)
  let document: DocumentNode
  try {
    document = parse(source)
  } catch (error) {
    throw new ConfigError(`${file} is no GraphQL document: ${reasonText(error)}`)
  }
  const [wrong] = validate(schema, document)
  if (wrong) throw new ConfigError(`${file} does not fit the schema: ${wrong.message}`)
  return document
}

const operationsOf = (document: DocumentNode, name: string | undefined): OperationDefinitionNode[] => {
  const all = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const named = name === undefined ? all : all.filter((operation) => operation.name?.value === name)
  if (named.length > 0) return named
  throw new UsageError(
    name === undefined ? 'The file has no operation.' : '--operation names no operation of the file.',
  )
}

const allScopes = { operator: true, admin: true }

/** The way of an operation, with the given variables or with whichever made-up ones its arguments accept. */
const wayOf = (
  plans: Plans,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables | undefined,
  codec: PageCursorCodec | undefined,
): ReturnType<Plans['bind']> => {
  const tries = variables ? [variables] : sampleVariables(schema, operation)
  const ways = tries.map((given) => {
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given)
    if (errors) throw new UsageError(`--variables: ${errors[0]!.message}`)
    return plans.bind(document, operation, allScopes, { variables: coerced, codec, now: Date.now() })
  })
  return ways.find(({ way }) => way === 'compiled') ?? ways[0]!
}

const postgresPlan = async (db: Postgres, { statement: { text }, values }: BoundPlan, isGeneric: boolean) => {
  const explain = statement('', `EXPLAIN ${isGeneric ? '(GENERIC_PLAN) ' : ''}${text}`)
  // Parameters without values are allowed only where nothing is bound.
  const rows = isGeneric ? (await db.pool.query(explain.text)).rows : await db.query(explain, values)
  return rows.map((row: Record<string, string>) => row['QUERY PLAN']!)
}

/** Says how operations are answered, and how Postgres would run their statements. Nothing is executed. */
export const explainCommand = programCommand({
  name: 'explain',
  summary: 'say how operations are answered: by which statement, with the plan of Postgres, or why they are executed',
  arguments: { file: { about: 'a GraphQL document, with its fragments', value: text('<file>'), required: true } },
  options: {
    variables: { about: 'plan for these values; without them for any values', value: jsonObject },
    operation: { about: 'only the operation of this name', value: text('<name>') },
  },
  details: [
    'Nothing is executed. Where Postgres does not run, the statement is told without its plan, and the command fails.',
    'docs/explain.md says how to read the answer.',
  ],
  examples: [
    {
      call: `explain channel.graphql --variables '{"slug": "astral_walrus29"}'`,
      about: 'one query, as it would be asked',
    },
  ],
  result: z.object({
    operation: z.string().nullable().describe('its name; null for one without a name'),
    way: z.enum(['compiled', 'executed']).describe('whether one statement answers it, or resolvers do'),
    reason: z.string().nullable().describe('why it is executed; null for one that is compiled'),
    statement: z.string().nullable().describe('the name of its statement'),
    sql: z.string().nullable().describe('its statement'),
    otherwise: z
      .string()
      .nullable()
      .describe('the name of the statement that is asked where this one has no row; null where it always has one'),
    delegated: z.array(z.string()).describe('the fields that are left to their resolvers'),
    plan: z
      .array(z.string())
      .nullable()
      .describe('how Postgres runs it, line by line; null where Postgres does not run'),
  }),
  async run({ file, variables, operation: name }, { env, tell }) {
    const config = readConfig(env)
    const schema = buildSchema()
    const document = readDocument(schema, file)
    const operations = operationsOf(document, name)
    const plans = createPlans(schema)
    const url = dmUrlOf(config)
    await using db = url === undefined ? undefined : openPostgres({ url, log: silentLog, max: 1 })
    try {
      const codec = await (db && createPageCursors(db).current())
      for (const operation of operations) {
        const plan = wayOf(plans, schema, document, operation, variables, codec)
        const name = operation.name?.value ?? null
        const title = name ?? 'The operation'
        if (plan.way !== 'compiled') {
          const reason = `${plan.reason}: ${plan.because}`
          tell(
            {
              operation: name,
              way: 'executed',
              reason,
              statement: null,
              sql: null,
              otherwise: null,
              delegated: [],
              plan: null,
            },
            `${title} is executed (${plan.reason}): ${plan.because}`,
          )
          continue
        }
        const { statement, otherwise } = plan
        const delegated = (plan.delegated?.fields ?? []).map(
          ({ parent, nodes }) => `${parent.name}.${nodes[0]!.name.value}`,
        )
        const lines = db ? await postgresPlan(db, plan, !variables) : null
        tell(
          {
            operation: name,
            way: 'compiled',
            reason: null,
            statement: statement.name,
            sql: statement.text,
            otherwise: otherwise?.name ?? null,
            delegated,
            plan: lines,
          },
          [
            `${title} is compiled to the statement ${statement.name}:`,
            '',
            ...statement.text.split('\n'),
            '',
            ...(otherwise
              ? [
                  `Where it has no row, ${otherwise.name} is asked, which searches former slugs too:`,
                  '',
                  otherwise.text,
                  '',
                ]
              : []),
            ...delegated.map((field) => `${field} is left to its resolver.`),
            ...(lines
              ? ['', `Postgres runs it like this, with ${variables ? 'these' : 'any'} values:`, '', ...lines, '']
              : []),
          ],
        )
      }
    } catch (error) {
      if (error instanceof ConfigError) throw error
      throw new ConfigError(`Postgres can not tell its plan: ${reasonText(error)}.`)
    }
    if (!db)
      throw new ConfigError('Postgres does not run, so its plan is not told: start the program, or set DATABASE_URL.')
    return true
  },
})
