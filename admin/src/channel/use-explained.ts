import { useEffect, useMemo, useState } from 'react'
import { useClient } from 'urql'
import { ChannelHoles } from '../../generated/channel.ts'
import { useCaller } from '../data/api.tsx'
import type { ChartsOfChannel } from './channel-series.ts'
import { explained, isExplained, type ToldOutage } from './explained-outages.ts'

/** The charts with outages that say why they are. It is asked only where there are any, and when somebody wants to know. */
export const useExplained = (charts: ChartsOfChannel | null, isWanted: boolean): ChartsOfChannel | null => {
  const client = useClient()
  const asOperator = useCaller().may('OPERATOR')
  const [told, setTold] = useState<readonly ToldOutage[]>([])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was told is no reason to ask again, the next charts are.
  useEffect(() => {
    if (!charts || !isWanted || isExplained(charts.viewers.outages, told)) return
    const { from, to } = charts.viewers.meta
    let isCurrent = true
    void client
      .query(ChannelHoles, { id: charts.id, range: { from, to }, asOperator }, { requestPolicy: 'network-only' })
      .toPromise()
      .then(({ data }) => {
        if (isCurrent && data?.channel) setTold(data.channel.viewers.outages)
      })
    return () => {
      isCurrent = false
    }
  }, [client, charts, isWanted, asOperator])

  return useMemo(() => {
    if (!charts) return null
    return { ...charts, viewers: { ...charts.viewers, outages: explained(charts.viewers.outages, told) } }
  }, [charts, told])
}
