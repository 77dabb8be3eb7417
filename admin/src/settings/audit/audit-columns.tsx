import type { Column } from '../../parts/table/column.ts'
import { clockSeconds, shortDay, utcInstant } from '../../view/format.ts'
import { useView } from '../../view/view.tsx'
import type { SettingsSearch } from '../search.ts'
import styles from './audit.module.css'
import type { AuditLine } from './audit-line.ts'
import { Changed } from './changed.tsx'

/** To the second, because the order of changes is what is asked for. */
const Recorded = ({ at }: { at: string }) => {
  const { zone } = useView()
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={`${utcInstant(ms)} (${at})`}>
      {shortDay(ms, zone)}, {clockSeconds(ms, zone)}
    </time>
  )
}

type Filter = Pick<SettingsSearch, 'subject' | 'action' | 'target'>

/** A value that filters when it is pressed. */
const Only = ({ text, label, onPress }: { text: string; label: string; onPress(): void }) => (
  <button type="button" className={styles.only} title={label} onClick={onPress}>
    {text}
  </button>
)

export const auditColumns = (onFilter: (part: Filter) => void): Column<AuditLine>[] => [
  { id: 'at', head: 'When', width: '150px', cell: ({ recordedAt }) => <Recorded at={recordedAt} /> },
  {
    id: 'who',
    head: 'Who',
    width: '16%',
    hideBelow: 640,
    cell: ({ subject, name, role }) =>
      subject ? (
        <Only text={name ?? subject} label={`Only by ${subject}`} onPress={() => onFilter({ subject })} />
      ) : (
        (name ?? role)
      ),
  },
  {
    id: 'action',
    head: 'Action',
    width: '15%',
    cell: ({ action }) => <Only text={action} label={`Only ${action}`} onPress={() => onFilter({ action })} />,
  },
  {
    id: 'target',
    head: 'Target',
    width: '20%',
    hideBelow: 860,
    cell: ({ target }) => <Only text={target} label={`Only ${target}`} onPress={() => onFilter({ target })} />,
  },
  { id: 'changed', head: 'Changed', cell: (line) => <Changed line={line} /> },
]
