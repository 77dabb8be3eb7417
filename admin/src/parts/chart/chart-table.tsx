import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { exactNumber, utcInstant } from '../../view/format.ts'
import { Unknown } from '../text/unknown.tsx'
import styles from './chart.module.css'
import { type ChartData, holesAt } from './chart-data.ts'
import { bucketText, type Zone } from './readout.ts'

const rowHeight = 24

/** The numbers of a chart. Only the rows in sight are in the page. */
export const ChartTable = ({ data, zone }: { data: ChartData; zone: Zone }) => {
  const scroll = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: data.times.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const above = items[0]?.start ?? 0
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const columns = data.series.length + 1
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the keyboard.
    <section className={styles.tableScroll} ref={scroll} tabIndex={0} aria-label={`${data.title} as a table`}>
      <table className={styles.table} aria-rowcount={data.times.length + 1}>
        <caption className="visually-hidden">{data.title}</caption>
        <thead>
          <tr>
            <th scope="col">{zone === null ? 'Time since the start' : `Time (${zone})`}</th>
            {data.series.map(({ name }) => (
              <th key={name} scope="col">
                {name} ({data.unit})
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={styles.spacer}>
            <td colSpan={columns} style={{ height: above }} />
          </tr>
          {items.map(({ index, key }) => {
            const at = data.times[index]!
            const why = holesAt(data.holes ?? [], at)[0]?.explanation ?? 'Nothing was observed.'
            return (
              <tr key={key} aria-rowindex={index + 2}>
                <th scope="row" title={zone === null ? undefined : utcInstant(at)}>
                  {bucketText(data, index, zone)}
                </th>
                {data.series.map(({ name, values }) => (
                  <td key={name}>
                    {(values[index] ?? null) === null ? <Unknown reason={why} /> : exactNumber(values[index]!)}
                  </td>
                ))}
              </tr>
            )
          })}
          <tr className={styles.spacer}>
            <td colSpan={columns} style={{ height: below }} />
          </tr>
        </tbody>
      </table>
    </section>
  )
}
