import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import type { WebhookStatisticsQuery, WebhookStatisticsQueryVariables } from '../../generated/graphql.ts'
import { WebhookStatistics } from '../../generated/webhooks.ts'
import { type Problem, problemOf } from '../data/problem.ts'

export const renewStatisticsEveryMs = 20_000

export type Statistics = {
  data: WebhookStatisticsQuery['webhookStatistics'] | undefined
  busy: boolean
  problem: Problem | null
  retry(): void
}

/** The counts of the range, renewed while it moves. */
export const useStatistics = (variables: WebhookStatisticsQueryVariables): Statistics => {
  const [{ data, error, fetching, stale }, renew] = useQuery({ query: WebhookStatistics, variables })
  // An answer that fails has no data: what was counted before stays.
  const [counted, setCounted] = useState(data)
  useEffect(() => {
    if (data) setCounted(data)
  }, [data])
  const isMoving = variables.range.to === 'now'
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(
      () => !document.hidden && renew({ requestPolicy: 'network-only' }),
      renewStatisticsEveryMs,
    )
    return () => clearInterval(timer)
  }, [isMoving, renew])
  return {
    data: (data ?? counted)?.webhookStatistics,
    busy: fetching || stale,
    problem: problemOf(error),
    retry: () => renew({ requestPolicy: 'network-only' }),
  }
}
