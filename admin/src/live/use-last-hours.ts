import { useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { LastHour } from '../../generated/live-page.ts'

/** Average viewers of each five minutes of the last hour; null where nothing is known. */
export type LastHours = ReadonlyMap<string, readonly (number | null)[]>

const patienceMs = 150
const renewEveryMs = 300_000
// The server answers a hundred objects at a time.
const most = 100

/** The last hour of the channels in sight. Asked for when scrolling rests, and again when it is old. */
export const useLastHours = (inSight: readonly string[]): LastHours => {
  const client = useClient()
  const [known, setKnown] = useState<LastHours>(new Map())
  const asked = useRef(new Map<string, number>())
  const [time, setTime] = useState(0)
  const sight = inSight.join(' ')
  useEffect(() => {
    const timer = setInterval(() => setTime((before) => before + 1), renewEveryMs)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const wanted = (sight ? sight.split(' ') : []).filter((id) => (asked.current.get(id) ?? -1) < time).slice(0, most)
      if (wanted.length === 0) return
      for (const id of wanted) asked.current.set(id, time)
      const { data } = await client.query(LastHour, { ids: wanted }, { requestPolicy: 'network-only' }).toPromise()
      // Without an answer it is asked again when the channel comes into sight the next time.
      if (!data) for (const id of wanted) asked.current.delete(id)
      const lines = (data?.nodes ?? []).flatMap((node) =>
        node?.__typename === 'Channel' ? [[node.id, node.viewers.points.map(({ average }) => average)] as const] : [],
      )
      if (lines.length > 0) setKnown((before) => new Map([...before, ...lines]))
    }
    const timer = setTimeout(() => void ask(), patienceMs)
    return () => clearTimeout(timer)
  }, [client, sight, time])
  return known
}
