import { useEffect, useState } from 'react'
import type { TypedOperation } from '../../generated/operation.ts'
import { useRenews } from './renewal.ts'
import { useKeptQuery } from './use-kept-query.ts'

const renewEveryMs = 10_000
const soonEveryMs = 500
const soonForMs = 10_000

/**
 * What a query says, asked again every ten seconds while the page is seen, and when somebody comes back to it. So what others change is shown.
 * `renew` asks at once; `renewSoon` also goes on asking for a while, for what takes effect within seconds.
 */
export const useRenewed = <Result, Variables extends object>(
  query: TypedOperation<Result, Variables>,
  variables: Variables,
) => {
  const { ask, ...answer } = useKeptQuery(query, variables)
  const [soonUntil, setSoonUntil] = useState(0)
  useRenews(renewEveryMs, answer.problem ? 0 : null)
  const renew = (): void => ask({ requestPolicy: 'network-only' })

  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) ask({ requestPolicy: 'network-only' })
      if (soonUntil > 0 && Date.now() > soonUntil) setSoonUntil(0)
    }
    const timer = setInterval(look, soonUntil > 0 ? soonEveryMs : renewEveryMs)
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [ask, soonUntil])

  return {
    ...answer,
    renew,
    renewSoon: () => {
      renew()
      setSoonUntil(Date.now() + soonForMs)
    },
  }
}
