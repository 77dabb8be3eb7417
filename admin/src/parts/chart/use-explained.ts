import { useEffect, useMemo, useState } from 'react'
import { useClient } from 'urql'
import { ChannelHoles } from '../../../generated/channel.ts'
import { useCaller } from '../../data/api.tsx'
import { explained, isExplained, type ToldOutage } from './explained-outages.ts'

/** The outages of a channel in a range; null where they are not known. */
export type OutagesOfChannel = { id: string; from: string; to: string; outages: readonly ToldOutage[] | null }

const keyOf = ({ id, from, to, outages }: OutagesOfChannel, index: number): string =>
  outages ? `${id} ${index}` : `${id} ${from} ${to}`

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
  const [told, setTold] = useState<ReadonlyMap<string, readonly ToldOutage[]>>(new Map())

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was told is no reason to ask again, other outages are.
  useEffect(() => {
    let isCurrent = true
    for (const [index, channel] of channels.entries()) {
      const { id, from, to, outages } = channel
      const key = keyOf(channel, index)
      const known = told.get(key)
      if (outages ? !isWanted || isExplained(outages, known ?? []) : known || from >= to) continue
      void client
        .query(ChannelHoles, { id, range: { from, to }, asOperator }, { requestPolicy: 'network-only' })
        .toPromise()
        .then(({ data }) => {
          const found = data?.channel?.viewers.outages
          if (isCurrent && found) setTold((before) => new Map(before).set(key, found))
        })
    }
    return () => {
      isCurrent = false
    }
  }, [client, channels, isWanted, asOperator])

  return useMemo(
    () =>
      channels.map((channel, index) => {
        const known = told.get(keyOf(channel, index)) ?? []
        return channel.outages ? explained(channel.outages, known) : known
      }),
    [channels, told],
  )
}
