import { useState } from 'react'
import type { ChatArchiveListQuery } from '../../generated/graphql.ts'
import { VerifyArchive } from '../../generated/operations-page.ts'
import { Button } from '../parts/control/button.tsx'
import { Outcome } from '../parts/mutation/outcome.tsx'
import { useChange } from '../parts/mutation/use-change.ts'
import type { Column } from '../parts/table/data-table.tsx'
import { Num } from '../parts/text/number.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { bytes } from '../view/format.ts'
import styles from './operations.module.css'

export type Archive = ChatArchiveListQuery['chatArchives']['nodes'][number]

const sizeOf = ({ objects }: Archive): number => objects.reduce((sum, object) => sum + Number(object.bytes), 0)

/** Reads an hour back, and says whether it is as it was archived. */
const Verify = ({ archive }: { archive: Archive }) => {
  const [damage, setDamage] = useState<string | null>(null)
  const change = useChange(VerifyArchive, ({ sentence, verdict }) => (verdict?.isIntact === false ? '' : sentence))
  const verify = async (): Promise<void> => {
    setDamage(null)
    const read = await change.make({ id: archive.id })
    if (read?.verdict?.isIntact === false) setDamage(read.sentence)
  }
  return (
    <div className={styles.verify}>
      <Button onClick={() => void verify()} busy={change.busy}>
        Verify
      </Button>
      <div>
        <Outcome of={change} />
        {damage && (
          <p className={styles.wrong} role="alert">
            {damage}
          </p>
        )}
      </div>
    </div>
  )
}

export const archiveColumns: readonly Column<Archive>[] = [
  {
    id: 'hour',
    head: 'Hour from',
    width: 'min(180px, 42vw)',
    cell: ({ windowFrom }) => <Instant at={windowFrom} />,
  },
  {
    id: 'rows',
    head: 'Messages',
    width: 'min(100px, 22vw)',
    align: 'end',
    cell: ({ rowsExported }) => <Num value={Number(rowsExported)} unit="messages" unknown="" />,
  },
  {
    id: 'files',
    head: 'Files',
    width: '72px',
    align: 'end',
    hideBelow: 640,
    cell: ({ filesWritten }) => <Num value={filesWritten} unit="files" unknown="" />,
  },
  { id: 'size', head: 'Size', width: '100px', align: 'end', hideBelow: 640, cell: (archive) => bytes(sizeOf(archive)) },
  {
    id: 'state',
    head: 'State',
    width: '120px',
    hideBelow: 860,
    cell: ({ success }) => (success ? 'archived' : <span className={styles.wrong}>not finished</span>),
  },
  {
    id: 'verify',
    head: 'Integrity',
    cell: (archive) => (archive.success ? <Verify archive={archive} /> : 'Can be verified once it is finished.'),
  },
]
