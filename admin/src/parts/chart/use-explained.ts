import { useEffect, useMemo, useState } from 'react'
import { useClient } from 'urql'
import { ChannelHoles } from '../../../generated/channel.ts'
import { useCaller } from '../../data/api.tsx'
import { explained, isExplained, type ToldOutage } from './explained-outages.ts'

/** The outages of a channel in a range; null where they are not known. */
export type OutagesOfChannel = { id: string; from: string; to: string; outages: readonly ToldOutage[] | null }

/** What was told of the time up to an instant. */
type Told = { to: string; outages: readonly ToldOutage[] }

/** Who asks belongs to it: operators are told more. */
const keyOf = ({ id, from, outages }: OutagesOfChannel, index: number, asOperator: boolean): string =>
  `${id} ${outages ? index : from} ${asOperator}`

/**
 * The outages of channels, in their order, with why they are. It is asked only where there are any, and when somebody wants to know; what is
 * not known is asked at once. The list has to stay the same until other outages come.
 */
export const useExplained = (
  channels: readonly OutagesOfChannel[],
  isWanted: boolean,
): readonly (readonly ToldOutage[])[] => {
  const client = useClient()
  const asOperator = useCaller().may('OPERATOR')
  const [told, setTold] = useState<ReadonlyMap<string, Told>>(new Map())

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was told is no reason to ask again, other outages are.
  useEffect(() => {
    let isCurrent = true
    for (const [index, channel] of channels.entries()) {
      const { id, from, to, outages } = channel
      const key = keyOf(channel, index, asOperator)
      const known = told.get(key)
      if (outages ? !isWanted || isExplained(outages, known?.outages ?? []) : known?.to === to || from >= to) continue
      void client
        .query(ChannelHoles, { id, range: { from, to }, asOperator }, { requestPolicy: 'network-only' })
        .toPromise()
        .then(({ data }) => {
          const found = data?.channel?.viewers.outages
          if (isCurrent && found) setTold((before) => new Map(before).set(key, { to, outages: found }))
        })
    }
    return () => {
      isCurrent = false
    }
  }, [client, channels, isWanted, asOperator])

  return useMemo(
    () =>
      channels.map((channel, index) => {
        const known = told.get(keyOf(channel, index, asOperator))?.outages ?? []
        return channel.outages ? explained(channel.outages, known) : known
      }),
    [channels, told, asOperator],
  )
}
