import { useEffect, useMemo, useState } from 'react'
import { useQuery } from 'urql'
import { ChannelCharts } from '../../generated/channel.ts'
import { type Problem, problemOf } from '../data/problem.ts'
import { useView } from '../view/view.tsx'
import type { AskedChannel } from './asked-channel.ts'
import type { ChartsOfChannel, Sample } from './channel-series.ts'
import type { LiveChannel } from './use-live-channel.ts'

const renewEveryMs = 30_000
const mostSamples = 500

/** The samples that came while somebody looked, oldest first. */
const useSamples = ({ viewers, viewersAt }: LiveChannel): readonly Sample[] => {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const last = samples.at(-1)?.at ?? 0
  if (viewersAt > last) setSamples([...samples, { at: viewersAt, viewers }].slice(-mostSamples))
  return samples
}

export type ChartsState = {
  charts: ChartsOfChannel | null
  samples: readonly Sample[]
  busy: boolean
  problem: Problem | null
  query: { operation: typeof ChannelCharts; variables: Record<string, unknown> }
  renew(): void
}

/** The series of the range. While it ends in now, new samples are added and it is asked for again from time to time. */
export const useCharts = (asked: AskedChannel, live: LiveChannel): ChartsState => {
  const { range, zone } = useView()
  const samples = useSamples(live)
  const isMoving = range.to === 'now'
  const variables = useMemo(() => ({ ...asked, range, timezone: zone }), [asked, range, zone])
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: ChannelCharts, variables })

  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => document.hidden || ask({ requestPolicy: 'network-only' }), renewEveryMs)
    return () => clearInterval(timer)
  }, [isMoving, ask])

  // Another range is asked for: what is there stays until it comes.
  const [kept, setKept] = useState<ChartsOfChannel | null>(null)
  const charts = data?.channel ?? kept
  if (charts !== kept) setKept(charts)
  return {
    charts,
    samples: isMoving ? samples : [],
    busy: fetching || stale,
    problem: problemOf(error),
    query: { operation: ChannelCharts, variables },
    renew: () => ask({ requestPolicy: 'network-only' }),
  }
}
