import type { KeyLineFragment } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import type { Column } from '../../parts/table/column.ts'
import { Ago } from '../../parts/time/ago.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { useTicking } from '../../view/ticker.ts'
import { callerName, keyState } from './key-state.ts'
import styles from './keys.module.css'

const roleNames: Record<KeyLineFragment['role'], string> = {
  ADMIN: 'Administrator',
  OPERATOR: 'Operator',
  PUBLIC: 'Public',
}

const State = ({ line }: { line: KeyLineFragment }) => {
  const state = useTicking((now) => keyState(line, now))
  return (
    <span className={styles.state} data-state={state}>
      {state}
      {line.revokedAt && (
        <>
          {' '}
          <Instant at={line.revokedAt} />
        </>
      )}
    </span>
  )
}

/** `subject` is the caller, whose own key is marked. `keys` are all of the list, so that who made one is called by name. */
export const keyColumns = (
  subject: string | null,
  keys: readonly KeyLineFragment[],
  onRevoke: (line: KeyLineFragment) => void,
): Column<KeyLineFragment>[] => [
  {
    id: 'name',
    head: 'Name',
    cell: ({ id, name, role }) => (
      <>
        <bdi title={name}>{name}</bdi>
        <span className={styles.narrowRole}>{roleNames[role]}</span>
        {subject === `key:${id}` && <span className={styles.own}>your key</span>}
      </>
    ),
  },
  { id: 'role', head: 'Role', width: '110px', hideBelow: 640, cell: ({ role }) => roleNames[role] },
  { id: 'state', head: 'State', width: '120px', cell: (line) => <State line={line} /> },
  {
    id: 'used',
    head: 'Last used',
    width: '130px',
    hideBelow: 640,
    cell: ({ lastUsedAt }) => (lastUsedAt ? <Ago at={lastUsedAt} /> : <span className={styles.quiet}>never</span>),
  },
  {
    id: 'expires',
    head: 'Expires',
    width: '150px',
    hideBelow: 860,
    cell: ({ expiresAt }) => (expiresAt ? <Instant at={expiresAt} /> : <span className={styles.quiet}>never</span>),
  },
  {
    id: 'made',
    head: 'Made by',
    width: '26%',
    hideBelow: 860,
    cell: ({ createdBy, createdAt }) => (
      <span className={styles.quiet}>
        {callerName(createdBy, keys)}, <Instant at={createdAt} />
      </span>
    ),
  },
  {
    id: 'revoke',
    head: '',
    align: 'end',
    width: '90px',
    cell: (line) =>
      line.revokedAt === null && (
        <Button kind="quiet" aria-label={`Revoke ${line.name}`} onClick={() => onRevoke(line)}>
          Revoke
        </Button>
      ),
  },
]
