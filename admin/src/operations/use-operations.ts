import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import type { OperationsQuery } from '../../generated/graphql.ts'
import { Operations } from '../../generated/operations-page.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import { useRenews } from '../data/renewal.ts'

const renewEveryMs = 5_000

export type State = OperationsQuery['operations']

export type OperationsState = {
  state: State | undefined
  /** When the state was told, in milliseconds of the epoch; 0 before. */
  toldAt: number
  problem: Problem | null
  renew(): void
}

/** The state of the system, renewed every five seconds while somebody can see it. */
export const useOperations = (): OperationsState => {
  const [{ data, error, fetching }, ask] = useQuery({ query: Operations, requestPolicy: 'network-only' })
  // An answer that fails has no data: what was told before stays.
  const [told, setTold] = useState<{ state: State | undefined; at: number }>({ state: undefined, at: 0 })
  useEffect(() => {
    if (data && !error && !fetching) setTold({ state: data.operations, at: Date.now() })
  }, [data, error, fetching])
  useEffect(() => {
    const renew = (): void => {
      if (!document.hidden) ask({ requestPolicy: 'network-only' })
    }
    const timer = setInterval(renew, renewEveryMs)
    document.addEventListener('visibilitychange', renew)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', renew)
    }
  }, [ask])
  const problem = problemOf(error)
  useRenews(renewEveryMs, problem && told.at)
  return {
    state: told.state,
    toldAt: told.at,
    problem,
    renew: () => ask({ requestPolicy: 'network-only' }),
  }
}
