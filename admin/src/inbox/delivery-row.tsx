import { Link, useNavigate } from '@tanstack/react-router'
import { memo } from 'react'
import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { exactNumber, utcInstant } from '../view/format.ts'
import { useView } from '../view/view.tsx'
import styles from './delivery-table.module.css'
import { lagText } from './lag.ts'
import { OutcomeMark } from './outcome-mark.tsx'
import { receiptText } from './receipt.ts'
import type { Line } from './tail.ts'

/** One delivery of the list. A click anywhere opens it. */
export const DeliveryRow = memo(({ line, index, isOpen }: { line: Line; index: number; isOpen: boolean }) => {
  const navigate = useNavigate({ from: '/inbox' })
  const { zone } = useView()
  const { messageId, eventType, receivedAt, outcome, lagMs, reason, channel, leftOut, replay } = line
  const ms = Date.parse(receivedAt)
  const opened = (before: object) => ({ ...before, open: messageId, at: receivedAt })
  return (
    <tr
      className={styles.row}
      aria-rowindex={index + 2}
      aria-current={isOpen ? 'true' : undefined}
      onClick={(event) => {
        if (!(event.target as Element).closest('a')) void navigate({ search: opened, resetScroll: false })
      }}
    >
      <td className={styles.at}>
        <time dateTime={receivedAt} title={utcInstant(ms)}>
          {receiptText(ms, zone)}
        </time>
      </td>
      <th scope="row" className={styles.type}>
        <Link from="/inbox" search={opened} resetScroll={false} className={styles.open}>
          {eventType || 'no type'}
        </Link>
        {replay && <span className={styles.tag}>replay</span>}
      </th>
      <td className={styles.channel}>
        {channel ? <ChannelLink channel={channel} /> : <Unknown reason="It names no channel that is tracked." />}
      </td>
      <td className={styles.outcome}>
        <OutcomeMark outcome={outcome} />
      </td>
      <td className={styles.lag}>
        {lagMs === null ? <Unknown reason="The platform’s timestamp can not be read." /> : lagText(lagMs)}
      </td>
      <td className={styles.why} title={reason ?? undefined}>
        {reason}
        {leftOut > 0 && ` ${exactNumber(leftOut)} more like it were not kept.`}
      </td>
    </tr>
  )
})
