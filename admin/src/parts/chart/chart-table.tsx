import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { exactNumber, utcInstant } from '../../view/format.ts'
import { Absent } from './absent.tsx'
import styles from './chart.module.css'
import type { ChartData } from './chart-data.ts'
import { bucketText, headOf, readingOf, type Zone } from './readout.ts'

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
            {data.series.map((series) => (
              <th key={series.name} scope="col">
                {headOf(data, series)}
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
            return (
              <tr key={key} aria-rowindex={index + 2}>
                <th scope="row" title={zone === null ? undefined : utcInstant(at)}>
                  {bucketText(data, index, zone)}
                </th>
                {data.series.map((series) => {
                  const reading = readingOf(data, series, index)
                  return (
                    <td key={series.name}>
                      {'value' in reading ? exactNumber(reading.value) : <Absent why={reading} />}
                    </td>
                  )
                })}
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
