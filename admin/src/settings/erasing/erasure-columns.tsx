import type { ErasuresQuery } from '../../../generated/graphql.ts'
import type { Column } from '../../parts/table/column.ts'
import { Num } from '../../parts/text/number.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import styles from './erasing.module.css'

type ErasureLine = ErasuresQuery['erasures'][number]

const count = (text: string | null): number | null => (text === null ? null : Number(text))

export const erasureColumns: readonly Column<ErasureLine>[] = [
  { id: 'asked', head: 'Requested', width: '140px', cell: ({ requestedAt }) => <Instant at={requestedAt} /> },
  { id: 'kind', head: 'What', width: '100px', cell: ({ kind }) => (kind === 'CHANNEL' ? 'A channel' : 'A person') },
  {
    id: 'state',
    head: 'State',
    cell: ({ finishedAt, waitsFor }) =>
      finishedAt ? (
        <span className={styles.done}>
          done <Instant at={finishedAt} />
        </span>
      ) : waitsFor ? (
        <span className={styles.waits} title={waitsFor}>
          waiting: {waitsFor}
        </span>
      ) : (
        'in progress'
      ),
  },
  {
    id: 'messages',
    head: 'Messages',
    align: 'end',
    width: '100px',
    hideBelow: 640,
    cell: ({ messages }) => <Num value={count(messages)} unit="messages" unknown="Not counted yet." />,
  },
  {
    id: 'follows',
    head: 'Follows',
    align: 'end',
    width: '100px',
    hideBelow: 640,
    cell: ({ follows }) => <Num value={count(follows)} unit="follows" unknown="Not counted yet." />,
  },
  {
    id: 'id',
    head: 'Id in the audit log',
    width: '240px',
    hideBelow: 1200,
    cell: ({ id }) => <code>{id}</code>,
  },
]
