import { useEffect } from 'react'
import { useQuery } from 'urql'
import { LostLately } from '../../generated/operations-page.ts'

// The losses of a day are counted from all of its starts and ends, and each is judged after half an hour.
const renewEveryMs = 60_000

/** How many starts and ends of broadcasts of the last day deliveries should have told, and how many none told; null where that is not known. */
export const useLostLately = (): { expected: number; untold: number } | null => {
  const [{ data }, ask] = useQuery({ query: LostLately })
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && ask({ requestPolicy: 'network-only' }), renewEveryMs)
    return () => clearInterval(timer)
  }, [ask])
  return data?.webhookStatistics.total ?? null
}
