import { useState } from 'react'
import { useQuery } from 'urql'
import type { TypedOperation } from '../../generated/operation.ts'
import { problemOf } from './problem.ts'

/** What a query says. What was there stays while it can not be asked again: a form or a secret beside it is not lost with it. */
export const useKeptQuery = <Result, Variables extends object>(
  query: TypedOperation<Result, Variables>,
  variables: Variables,
) => {
  const [{ data, error, fetching, stale }, ask] = useQuery({ query, variables: variables as never })
  const [kept, keep] = useState(data)
  if (data && kept !== data) keep(data)
  return { data: data ?? kept ?? null, problem: problemOf(error), busy: fetching || stale, ask }
}
