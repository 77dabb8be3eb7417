import type { Column } from '../../parts/table/column.ts'
import { clockSeconds, shortDay, utcInstant } from '../../view/format.ts'
import { useView } from '../../view/view.tsx'
import type { SettingsSearch } from '../search.ts'
import styles from './audit.module.css'
import type { AuditLine } from './audit-line.ts'
import { Changed, Details } from './changed.tsx'
import type { TargetNodes } from './use-target-names.ts'
import { What } from './what.tsx'

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

type Filter = Pick<SettingsSearch, 'subject'>

/** A value that filters when it is pressed. */
const Only = ({ text, label, onPress }: { text: string; label: string; onPress(): void }) => (
  <button type="button" className={styles.only} title={label} onClick={onPress}>
    {text}
  </button>
)

/** By whom an entry is; pressed, only theirs are shown. */
const Who = ({ line: { subject, name, role }, onFilter }: { line: AuditLine; onFilter(part: Filter): void }) =>
  subject ? (
    <Only
      text={name ?? subject}
      label={`Show only what ${name ?? subject} did`}
      onPress={() => onFilter({ subject })}
    />
  ) : (
    (name ?? role.toLowerCase())
  )

export const auditColumns = (onFilter: (part: Filter) => void, nodes: TargetNodes): Column<AuditLine>[] => [
  { id: 'at', head: 'When', width: '150px', hideBelow: 640, cell: ({ recordedAt }) => <Recorded at={recordedAt} /> },
  { id: 'who', head: 'Who', width: '16%', hideBelow: 640, cell: (line) => <Who line={line} onFilter={onFilter} /> },
  {
    id: 'what',
    head: 'What',
    names: true,
    cell: (line) => (
      <div className={styles.what}>
        <What line={line} node={nodes.get(line.target)} />
        <div className={styles.narrow}>
          <Recorded at={line.recordedAt} /> <Who line={line} onFilter={onFilter} />
        </div>
      </div>
    ),
  },
  { id: 'changed', head: 'Changed', width: '30%', hideBelow: 860, cell: (line) => <Changed line={line} /> },
  { id: 'details', head: '', align: 'end', width: '92px', cell: (line) => <Details line={line} /> },
]
