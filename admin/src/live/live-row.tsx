import { memo } from 'react'
import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { Sparkline } from '../parts/chart/sparkline.tsx'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { isLine } from './is-line.ts'
import type { LiveList } from './live-list.ts'
import styles from './live-table.module.css'
import { useRow } from './use-live-list.ts'

type Props = {
  list: LiveList
  id: string
  index: number
  lastHour: readonly (number | null)[] | undefined
}

const noViewers = 'The streamer hides the number, or no probe has counted yet.'

/** One channel that is live. It changes in place. */
export const LiveRowLine = memo(({ list, id, index, lastHour }: Props) => {
  const row = useRow(list, id)
  if (!row) return null
  return (
    <tr className={styles.row} data-over={row.isOver} aria-rowindex={index + 2}>
      <th scope="row" className={styles.name}>
        <ChannelLink channel={row} />
        {row.isOver && <span className={styles.over}>ended</span>}
        {!row.isOver && row.title && (
          <span className={styles.below} dir="auto">
            {row.title}
          </span>
        )}
      </th>
      <td className={styles.viewers}>
        <Num value={row.viewers} unit="viewers" unknown={noViewers} />
      </td>
      <td className={styles.hour}>
        {lastHour && !isLine(lastHour) && <Unknown reason="Too few counts in the last hour for a line." />}
        {lastHour && isLine(lastHour) && (
          <Sparkline values={lastHour} width={96} height={24} label="Viewers over the last hour" />
        )}
      </td>
      <td className={styles.since}>
        {row.startedAt ? <Ago at={row.startedAt} suffix="" /> : <Unknown reason="The start is not known yet." />}
      </td>
      <td className={styles.title} dir="auto" title={row.title ?? undefined}>
        {row.title ?? <Unknown reason="No title reported." />}
      </td>
      <td className={styles.category} dir="auto" title={row.category ?? undefined}>
        {row.category ?? <Unknown reason="No category reported." />}
      </td>
    </tr>
  )
})
