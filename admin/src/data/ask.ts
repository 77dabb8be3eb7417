import type { TypedOperation } from '../../generated/operation.ts'
import { offline, type Problem, problemOfFaults } from './problem.ts'
import { authorization, session, signOut } from './session.ts'

type Answer<Result> = { data: Result; problem: null } | { data: null; problem: Problem }

/** Asks once, past the cache. For what is asked every few seconds with other variables: the cache would keep every answer. */
export const ask = async <Result, Variables>(
  { id, name }: TypedOperation<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Answer<Result>> => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: id } }
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { ...authorization(session.get().key), 'content-type': 'application/json' },
      body: JSON.stringify({ operationName: name, variables, extensions }),
      cache: 'no-store',
      credentials: 'omit',
      signal,
    })
    const { data, errors } = (await response.json()) as {
      data?: Result
      errors?: Parameters<typeof problemOfFaults>[0]
    }
    if (data && !errors) return { data, problem: null }
    const problem = problemOfFaults(errors ?? [])
    if (problem.code === 'UNAUTHENTICATED') signOut(problem.message)
    return { data: null, problem }
  } catch {
    return { data: null, problem: offline }
  }
}
