import { Button } from '../../parts/control/button.tsx'
import { Dialog } from '../../parts/dialog/dialog.tsx'
import { Unknown } from '../../parts/text/unknown.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import styles from './audit.module.css'
import type { AuditLine } from './audit-line.ts'
import type { Difference } from './difference.ts'

type Props = { line: AuditLine; differences: readonly Difference[]; onClose(): void }

const Side = ({ text, reason }: { text: string | undefined; reason: string }) =>
  text === undefined ? <Unknown reason={reason} /> : <code>{text}</code>

/** One action of the log with everything that is kept of it. */
export const AuditDetails = ({ line, differences, onClose }: Props) => {
  const { action, target, recordedAt, subject, name, role, requestId, id } = line
  return (
    <Dialog title={action} size="large" isLight action={<Button onClick={onClose}>Close</Button>} onClose={onClose}>
      <dl className={styles.facts}>
        <dt>When</dt>
        <dd>
          <Instant at={recordedAt} form="long" /> <span className={styles.quiet}>({recordedAt})</span>
        </dd>
        <dt>Who</dt>
        <dd>
          {name ?? 'without a name'}, {role.toLowerCase()} {subject && <code>{subject}</code>}
        </dd>
        <dt>Target</dt>
        <dd>
          <code>{target}</code>
        </dd>
        <dt>Request</dt>
        <dd>
          <code>{requestId}</code>
        </dd>
        <dt>Entry</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
      {differences.length === 0 ? (
        <p className={styles.quiet}>No details of this action are kept.</p>
      ) : (
        <table className={styles.difference}>
          <caption className="visually-hidden">What was changed</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">{path || 'value'}</th>
                <td>
                  <Side text={before} reason="It was not there." />
                </td>
                <td>
                  <Side text={after} reason="It is gone." />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  )
}
