import { useId, useRef, useState } from 'react'
import { session } from '../../data/session.ts'
import { copyText } from '../file/copy.ts'
import { fileWord, saveFile } from '../file/save.ts'
import styles from './chart.module.css'
import type { ChartData } from './chart-data.ts'
import { chartCsv, chartTable } from './csv.ts'
import { type AskedQuery, curlText, graphiqlAddress, graphqlText } from './query-texts.ts'

type Props = {
  data: ChartData
  query: AskedQuery | undefined
  axis: 'clock' | 'elapsed'
  isTable: boolean
  onTable(): void
}

/** What can be done with a chart, beside looking at it. */
export const ChartMenu = ({ data, query, axis, isTable, onTable }: Props) => {
  const id = useId()
  const popup = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [said, say] = useState('')
  const close = (): void => popup.current?.hidePopover()
  const copy = async (text: string): Promise<void> => {
    try {
      await copyText(text)
      say('Copied.')
    } catch {
      say('The browser did not let it be copied.')
    }
    close()
  }
  const save = (): void => {
    saveFile(`${fileWord(data.title)}.csv`, chartCsv(data, axis), 'text/csv;charset=utf-8')
    close()
  }
  const actions: [string, () => void][] = [
    [
      isTable ? 'Hide the table (t)' : 'Show as a table (t)',
      () => {
        onTable()
        close()
      },
    ],
    ['Download as CSV', save],
    ['Copy for a spreadsheet', () => void copy(chartTable(data, axis))],
    ...(query
      ? ([
          ['Copy as GraphQL', () => void copy(graphqlText(query))],
          ['Copy as curl', () => void copy(curlText(query, location.origin, session.get().key !== null))],
        ] satisfies [string, () => void][])
      : []),
  ]
  return (
    <div className={styles.menu}>
      <span role="status" className={styles.said}>
        {said}
      </span>
      <button
        type="button"
        className={styles.menuButton}
        popoverTarget={id}
        aria-expanded={isOpen}
        aria-label={`${data.title}: table, download and query`}
        title="Table, download and query"
        onClick={() => say('')}
      >
        <svg width="14" height="14" aria-hidden="true">
          <circle cx="2.5" cy="7" r="1.3" />
          <circle cx="7" cy="7" r="1.3" />
          <circle cx="11.5" cy="7" r="1.3" />
        </svg>
      </button>
      <div
        id={id}
        ref={popup}
        popover="auto"
        className={styles.menuPopup}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {actions.map(([name, act]) => (
          <button key={name} type="button" className={styles.menuItem} onClick={act}>
            {name}
          </button>
        ))}
        {query && (
          <a className={styles.menuItem} href={graphiqlAddress(query)} target="_blank" rel="noopener" onClick={close}>
            Open in GraphiQL
          </a>
        )}
      </div>
    </div>
  )
}
