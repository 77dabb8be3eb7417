import { useCallback, useState } from 'react'
import { useClient } from 'urql'
import type { TypedOperation } from '../../../generated/operation.ts'
import { isProblem, type Problem, problemOf } from '../../data/problem.ts'

type Answer<Result> = Result[keyof Result]
/** What a mutation answers when it was done. */
export type Success<Result> = Exclude<Answer<Result>, { code: string }>

type Field<Part, Key> = Part extends unknown ? (Key extends keyof Part ? Part[Key] : never) : never
type Optional<Parts> = { [Key in Parts extends unknown ? keyof Parts : never]?: Field<Parts, Key> }
/** What a mutation answers when it was not; a failed operation has no more than code and sentence. */
type Refusal<Result> = Problem & Omit<Optional<Extract<Answer<Result>, { code: string }>>, keyof Problem>

export type Change<Result, Variables> = {
  busy: boolean
  /** Why the last try was refused; null when it was not. */
  refusal: Refusal<Result> | null
  /** What the last try did, as a short sentence; null when there is nothing to say. */
  done: string | null
  /** Sends it, and answers what was done; null when it was refused. */
  make(variables: Variables): Promise<Success<Result> | null>
  /** Forgets how the last try ended. */
  clear(): void
}

type State<Result> = { busy: boolean; refusal: Refusal<Result> | null; done: string | null }

const idle = { busy: false, refusal: null, done: null }

/**
 * Something that a page can change. `say` puts into words what was done. A refusal stays until the next try, so that it can be shown beside
 * what was refused.
 */
export const useChange = <Result extends object, Variables extends object>(
  operation: TypedOperation<Result, Variables>,
  say?: (success: Success<Result>, variables: Variables) => string,
): Change<Result, Variables> => {
  const client = useClient()
  const [state, setState] = useState<State<Result>>(idle)

  const make = async (variables: Variables): Promise<Success<Result> | null> => {
    setState({ ...idle, busy: true })
    const { data, error } = await client.mutation(operation, variables as never).toPromise()
    const answer = data && (Object.values(data).find((one) => typeof one === 'object') as object | undefined)
    const failed = problemOf(error) ?? (answer && isProblem(answer) ? answer : null)
    if (failed || !answer) {
      const refusal = failed ?? { code: 'OFFLINE', message: 'The server gave no answer.' }
      setState({ ...idle, refusal: refusal as Refusal<Result> })
      return null
    }
    const success = answer as Success<Result>
    setState({ ...idle, done: say?.(success, variables) ?? null })
    return success
  }
  const clear = useCallback(() => setState(idle), [])
  return { ...state, make, clear }
}
