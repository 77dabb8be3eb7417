import type { Client } from 'urql'
import type { TypedOperation } from '../../../generated/operation.ts'
import { isProblem, type Problem, problemOf } from '../../data/problem.ts'

type Answer<Result> = Result[keyof Result]
/** What a mutation answers when it was done. */
export type Success<Result> = Exclude<Answer<Result>, { code: string }>

type Field<Part, Key> = Part extends unknown ? (Key extends keyof Part ? Part[Key] : never) : never
type Optional<Parts> = { [Key in Parts extends unknown ? keyof Parts : never]?: Field<Parts, Key> }
/** What a mutation answers when it was not; a failed operation has no more than code and sentence. */
export type Refusal<Result> = Problem & Omit<Optional<Extract<Answer<Result>, { code: string }>>, keyof Problem>

export type Made<Result> = { success: Success<Result>; refusal: null } | { success: null; refusal: Refusal<Result> }

/** It was sent, and no answer came: nobody knows whether it was done. The client asks again for what the page shows. */
const lost: Problem = {
  code: 'LOST',
  message: 'The connection broke before the server answered, so this may have been done. Check before you try again.',
}

/** Sends a mutation once, and says how it ended. */
export const makeChange = async <Result extends object, Variables extends object>(
  client: Pick<Client, 'mutation'>,
  operation: TypedOperation<Result, Variables>,
  variables: Variables,
): Promise<Made<Result>> => {
  const { data, error } = await client.mutation(operation, variables as never).toPromise()
  const answer = data && (Object.values(data).find((one) => typeof one === 'object') as object | undefined)
  const isAnswered = error ? error.graphQLErrors.length > 0 : answer !== undefined
  const failed = isAnswered ? (problemOf(error) ?? (isProblem(answer!) ? answer : null)) : lost
  return failed
    ? { success: null, refusal: failed as Refusal<Result> }
    : { success: answer as Success<Result>, refusal: null }
}
