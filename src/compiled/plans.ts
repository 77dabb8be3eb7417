import { hash } from 'node:crypto'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql'
import type { Scopes } from '../schema/forbidden.ts'
import { sqlOf } from '../schema/sql-field.ts'
import { expressions } from '../stores/postgres/model.ts'
import { type Sql, type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { ArgumentBinding, Request } from './argument-binding.ts'
import { type DelegatedOperation, delegatedOperationOf } from './delegated-fields.ts'
import { record, type Selected, StatementWriter } from './statement-writer.ts'
import { type Executed, NotCompiled, wrongInput } from './ways.ts'
import { writeField } from './write-field.ts'

/** The row of a statement: the JSON text, and the epoch of the journal where the statement begins behind a cursor. */
export type Answer = { data: string; epoch?: string }

/** How an operation is asked, and the fields that are left to resolvers. */
type Plan = {
  statement: Statement<Answer>
  /** What the same values are asked where the statement has no row; null where it always has one. */
  otherwise: Statement<Answer> | null
  delegated: DelegatedOperation | null
}

/** A plan with the values of a request. */
export type BoundPlan = Plan & { way: 'compiled'; values: unknown[] }

/**
 * One step on the way to the plan of a request. The arguments of the operation's fields are read in turn. The name of each form
 * leads to the next step, and the last step has the plan, or says why there is none.
 */
type Step = { ask?: ArgumentBinding; answers: Map<string, Step>; plan?: Plan | Executed }

/** Compiles each operation once, and finds the plan of a request. */
export type Plans = {
  /** The plan of a request, or why it has none. Throws nothing. */
  bind(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    scopes: Scopes,
    request: Request,
  ): BoundPlan | Executed
}

/** Each connection keeps the statements that it has prepared. So later statements have no names, and Postgres plans them each time. */
const maxNames = 200
/** How many plans are remembered. With one more, all are forgotten, and each is written again when it is asked for. */
const maxRemembered = 2_000

/** The variables of directives: they decide which fields are selected. */
const switchesOf = (document: DocumentNode): string[] => {
  const names = new Set<string>()
  visit(document, {
    [Kind.DIRECTIVE](directive) {
      for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return [...names]
}

const fragmentsOf = ({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> =>
  Object.fromEntries(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )

const bound = (plan: Plan | Executed, values: unknown[]): BoundPlan | Executed =>
  'way' in plan ? plan : { ...plan, way: 'compiled', values }

const writeRoot = (writer: StatementWriter, root: readonly Selected[]): Sql<Answer> => {
  const data = record(writer.columns(root, { alias: '' }))
  const answer = expressions<Answer>({
    data: `row_to_json(${data})::text`,
    ...(writer.readsCursor && { epoch: '(SELECT epoch::text FROM dm.status_journal)' }),
  })
  return writer.from === undefined ? sql`SELECT ${answer}` : sql`SELECT ${answer} FROM ${writer.from}`
}

type Compiled = { switches: readonly string[]; byCircumstance: Map<string, Step> }

const stepAfter = (steps: Map<string, Step>, name: string): Step => {
  let step = steps.get(name)
  if (!step) {
    step = { answers: new Map() }
    steps.set(name, step)
  }
  return step
}

/** Plans of one schema, for databases that are one or two. They are forgotten together with their documents. */
export const createPlans = (schema: GraphQLSchema): Plans => {
  let operations = new WeakMap<OperationDefinitionNode, Compiled>()
  let remembered = 0
  const statements = new Map<string, Statement<Answer>>()

  const named = (answer: Sql<Answer>): Statement<Answer> => {
    const { text } = answer
    const known = statements.get(text)
    if (known) return known
    if (statements.size >= maxNames) return statement('', answer)
    const made = statement(`compiled_${hash('sha256', text, 'base64url').slice(0, 22)}`, answer)
    statements.set(text, made)
    return made
  }

  /** Writes the statement of a request, and remembers the steps to it. */
  const write = (first: Step, ...[document, operation, scopes, request]: Parameters<Plans['bind']>) => {
    if (++remembered > maxRemembered) {
      operations = new WeakMap()
      remembered = 0
    }
    const options = { schema, fragments: fragmentsOf(document), write: writeField, scopes, request }
    const writer = new StatementWriter(options)
    let plan: Plan | Executed
    try {
      const root = writer.root(schema.getQueryType()!, operation.selectionSet)
      // A statement would only cost time.
      if (!root.some(({ definition }) => sqlOf(definition)))
        throw new NotCompiled('field', 'No field of Query in it is read by a statement.')
      const full = writeRoot(writer, root)
      const delegated = delegatedOperationOf(document, operation, writer.delegated)
      if (writer.hasUsual && root.length === 1) {
        // It answers nearly all requests, so it is the first to get a name.
        const statement = named(writeRoot(new StatementWriter({ ...options, isUsual: true }), root))
        plan = { statement, otherwise: named(full), delegated }
      } else plan = { statement: named(full), otherwise: null, delegated }
    } catch (error) {
      plan = error instanceof NotCompiled ? error.executed : wrongInput(error)
    }
    let step = first
    for (const { ask, name } of writer.trail) {
      step.ask = ask
      // The arguments of this request have no form. Those of the next one may have one.
      if (name === undefined) return plan as Executed
      step = stepAfter(step.answers, name)
    }
    step.plan = plan
    return bound(plan, writer.values)
  }

  return {
    bind(document, operation, scopes, request) {
      if (operation.operation !== OperationTypeNode.QUERY)
        return { way: 'executed', reason: 'mutation', because: 'Only queries are compiled.' }
      let compiled = operations.get(operation)
      if (!compiled) {
        compiled = { switches: switchesOf(document), byCircumstance: new Map() }
        operations.set(operation, compiled)
      }
      const circumstance = `${scopes.operator} ${scopes.admin} ${compiled.switches.map((name) => request.variables[name])}`
      const first = stepAfter(compiled.byCircumstance, circumstance)
      const values: unknown[] = []
      try {
        let step = first
        while (step.ask) {
          const { ask } = step
          const answer = ask.always ?? ask.bind(ask.args(request), request)
          values.push(...answer.values)
          const next = step.answers.get(answer.name)
          if (!next) break
          step = next
        }
        if (step.plan !== undefined) return bound(step.plan, values)
        return write(first, document, operation, scopes, request)
      } catch (error) {
        return error instanceof NotCompiled ? error.executed : wrongInput(error)
      }
    },
  }
}
